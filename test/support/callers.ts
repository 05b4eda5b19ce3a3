/** Who can ask: one project has an admin, a manager, a member and a reader; others have somebody of their own. */
import { withImplied } from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'
import type { ProjectId, UserId } from '../../src/domain/ids.ts'

export type Caller = 'admin' | 'manager' | 'member' | 'reader' | 'service' | 'other'

export const callers: Readonly<Record<Caller, Identity>> = {
  admin: identity('user-admin', 'admin'),
  manager: identity('user-manager', 'manager'),
  // The tenant of the fake cloud.
  member: identity('user-1', 'member'),
  reader: identity('user-reader', 'reader'),
  service: identity('user-service', 'service', 'project-s'),
  other: identity('user-other', 'member', 'project-2'),
}

function identity(user: string, role: string, project = 'project-1'): Identity {
  return {
    userId: user as UserId,
    userName: user,
    projectId: project as ProjectId,
    systemScoped: false,
    roles: withImplied([role]),
  }
}
