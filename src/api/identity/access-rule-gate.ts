/**
 * Stands before every service and holds back what an application credential's access rules do not let pass.
 *
 * It stands before the mounts and not in the services, so that a service that is added is closed to such tokens until somebody says
 * by which types it is known. Checking a token is the one thing that every such token may ask for, as in Keystone's middleware.
 */
import { knownToken } from '../../app/identity/authenticate.ts'
import type { IdentityContext } from '../../app/identity/context.ts'
import { letsPass } from '../../domain/access-rules.ts'
import { problem } from '../../lib/problem.ts'
import type { HttpRequest, Service } from '../http/service.ts'

/** The types of what is mounted where. Block storage has those of the catalog. */
const typesOfMounts: ReadonlyMap<string, readonly string[]> = new Map([
  ['/identity', ['identity']],
  ['/compute', ['compute']],
  ['/placement', ['placement']],
  ['/image', ['image']],
  ['/network', ['network']],
  ['/volume', ['block-storage', 'volumev3']],
])

export function withAccessRules(service: Service, mount: string, ctx: IdentityContext): Service {
  const types = typesOfMounts.get(mount) ?? []
  return {
    ...service,
    answer: async (request) => {
      const text = request.headers['x-auth-token']
      const known = text === undefined || text === '' ? null : await knownToken(ctx, text)
      const rules = known?.token.applicationCredential?.accessRules ?? null
      if (rules === null || checksToken(types, request)) return await service.answer(request)
      const { method, path } = request
      if (!letsPass(rules, { types, method, paths: [path, mount + path] })) {
        throw problem('unauthenticated', 'The request you have made requires authentication.')
      }
      return await service.answer(request)
    },
  }
}

function checksToken(types: readonly string[], { method, path }: HttpRequest): boolean {
  return types.includes('identity') && method === 'GET' && path === '/v3/auth/tokens'
}
