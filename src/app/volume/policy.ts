/**
 * Who may do what with volumes: Cinder's defaults.
 *
 * A record belongs to a project. Its readers see it and its members change it; admins do both with everything, and services act
 * for servers. What somebody does not see is not found; what they see and may not change is forbidden.
 */
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'

type Owned = { readonly projectId: ProjectId }

export function isService(who: Identity): boolean {
  return who.roles.has('service')
}

/** @throws what the caller made, when it is somebody else's. */
export function requireSight(who: Identity, record: Owned, missing: (id: string) => Error): void {
  if (isAdmin(who) || isService(who)) return
  if (who.projectId === null || record.projectId !== who.projectId) {
    // Whoever reads it in an error learns nothing but what they have asked for.
    throw missing('id' in record && typeof record.id === 'string' ? record.id : '')
  }
}

/** @throws `forbidden` */
export function requireMember(who: Identity, rule: string): void {
  if (isAdmin(who) || isService(who) || who.roles.has('member')) return
  throw forbidden(rule)
}

/** @throws `forbidden` */
export function requireAdmin(who: Identity, rule: string): void {
  if (!isAdmin(who)) throw forbidden(rule)
}

/** The project that a new record belongs to. @throws `forbidden` for who is on none, or only reads. */
export function projectFor(who: Identity, rule: string): ProjectId {
  requireMember(who, rule)
  if (who.projectId === null) throw forbidden(rule)
  return who.projectId
}

/** Whose records a list shows: null for everybody's, which admins may ask for. */
export function listedFor(
  who: Identity,
  asked: { readonly allProjects: boolean; readonly projectId: ProjectId | null },
): ProjectId | null {
  if (isAdmin(who) && asked.allProjects) return asked.projectId
  // Who is on no project sees what belongs to nobody in particular.
  return who.projectId ?? ('' as ProjectId)
}

function forbidden(rule: string): Error {
  return problem('forbidden', `Policy doesn't allow ${rule} to be performed.`, { rule })
}
