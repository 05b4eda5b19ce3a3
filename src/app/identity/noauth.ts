/**
 * Authentication for conformance runs on the loopback: a token is `USER` or `USER:PROJECT`, and nobody is asked for proof.
 *
 * These are the fixed tokens that Placement's own functional tests use. The project is the user's name unless given; roles
 * come from `X-Roles` when sent, else the user `admin` has the role admin and nobody else has any.
 */
import { withImplied } from '../../domain/identity.ts'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import type { Authenticate } from './authenticate.ts'

export const byFixedToken: Authenticate = async (headers) => {
  const token = headers['x-auth-token']
  if (token === undefined || token === '') return null
  const colon = token.indexOf(':')
  const user = colon < 0 ? token : token.slice(0, colon)
  const project = headers['x-project-id'] ?? (colon < 0 ? user : token.slice(colon + 1))
  const systemScoped = headers['openstack-system-scope'] === 'all'
  const roles = headers['x-roles']?.split(',').map((role) => role.trim().toLowerCase())
  return {
    // Nothing checks them: whoever may reach the port may call themselves what they like.
    userId: user as UserId,
    userName: user,
    projectId:
      systemScoped && headers['x-project-id'] === undefined ? null : (project as ProjectId),
    systemScoped,
    roles: withImplied(roles ?? (user === 'admin' ? ['admin'] : [])),
  }
}
