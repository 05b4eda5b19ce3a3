/**
 * Who may do what with the network: OpenStack's defaults.
 *
 * A record belongs to a project. Its members change it and its readers see it; admins do both with everything. What somebody
 * does not see is not found; what they see and may not change is forbidden.
 */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'

type Owned = { readonly projectId: ProjectId }

/** Admins, and services that act for servers. */
export function isTrusted(who: Identity): boolean {
  return isAdmin(who) || who.roles.has('service')
}

export function owns(who: Identity, record: Owned): boolean {
  return who.projectId !== null && who.projectId === record.projectId
}

/** Whose records somebody sees: null for everybody's. */
export function sees(who: Identity): ProjectId | null {
  if (isTrusted(who)) return null
  // Who is on no project sees what belongs to nobody in particular.
  return who.projectId ?? ('' as ProjectId)
}

/** @throws `not-found`, as made by the caller, when it is somebody else's. */
export function requireSight(who: Identity, record: Owned, missing: Error): void {
  if (!isTrusted(who) && !owns(who, record)) throw missing
}

/** @throws `forbidden` */
export function requireChange(who: Identity, record: Owned, rule: string): void {
  if (isTrusted(who) || (owns(who, record) && who.roles.has('member'))) return
  throw forbidden(rule)
}

/** @throws `forbidden` unless the condition holds or it is an admin. */
export function requireTrust(who: Identity, rule: string, alsoAllowed = false): void {
  if (!isTrusted(who) && !alsoAllowed) throw forbidden(rule)
}

/** The project that a new record belongs to. @throws `forbidden` when it is another one than the asker's. */
export function projectFor(who: Identity, asked: ProjectId | null, rule: string): ProjectId {
  const projectId = asked ?? who.projectId
  if (projectId === null) {
    throw problem(
      'invalid',
      'Running without keystone AuthN requires that tenant_id is specified',
      {
        type: 'HTTPBadRequest',
      },
    )
  }
  requireChange(who, { projectId }, rule)
  return projectId
}

export function forbidden(rule: string): Error {
  return problem('forbidden', `rule:${rule} is disallowed by policy`, {
    type: 'PolicyNotAuthorized',
  })
}
