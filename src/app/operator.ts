/** What is for operators only: Berth's own API, which shows hosts and what goes on in them. */
import { isAdmin } from '../domain/identity.ts'
import type { Identity } from '../domain/identity.ts'
import { problem } from '../lib/problem.ts'

/** Whether the caller is an admin of the whole cloud: on a project or on the system, not on a domain alone. */
export function isOperator(who: Identity): boolean {
  return isAdmin(who) && (who.systemScoped || who.projectId !== null)
}

/** @throws `forbidden` for everybody else. */
export function operatorsOnly(who: Identity): void {
  if (!isOperator(who)) throw problem('forbidden', 'This is for admins only')
}
