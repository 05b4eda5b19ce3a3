/** Who is asking: what a token stands for, whoever issued it. */
import type { ProjectId, UserId } from './ids.ts'

export type Identity = {
  readonly userId: UserId
  readonly userName: string
  /** The project the token is scoped to; null for an unscoped or system-scoped token. */
  readonly projectId: ProjectId | null
  readonly systemScoped: boolean
  /** With what roles imply: an admin is a manager, a manager a member, a member a reader. */
  readonly roles: ReadonlySet<string>
}

/** What each role brings with it. */
const implied: Readonly<Record<string, readonly string[]>> = {
  admin: ['manager', 'member', 'reader'],
  manager: ['member', 'reader'],
  member: ['reader'],
}

/** The roles and all that they imply. */
export function withImplied(roles: readonly string[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => [role, ...(implied[role] ?? [])]))
}

export function isAdmin(who: Identity): boolean {
  return who.roles.has('admin')
}
