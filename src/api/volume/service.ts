/** The Volume API (Block Storage), version 3. */
import type { Context } from '../../app/context.ts'
import type { Authenticate } from '../../app/identity/authenticate.ts'
import type { Identity } from '../../domain/identity.ts'
import { faultNames } from '../http/fault-names.ts'
import { restService } from '../http/rest-service.ts'
import type { OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from '../http/service.ts'
import { volumeActionRoutes } from './action-routes.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { routesOf } from './call.ts'
import { backupRoutes } from './backup-routes.ts'
import { backendRoutes } from './backend-routes.ts'
import { encryptionRoutes } from './encryption-routes.ts'
import { fixedRoutes } from './fixed-routes.ts'
import { qosRoutes } from './qos-routes.ts'
import { quotaRoutes } from './quota-routes.ts'
import { snapshotRoutes } from './snapshot-routes.ts'
import { transferRoutes } from './transfer-routes.ts'
import { typeRoutes } from './type-routes.ts'
import { versionView } from './versions.ts'
import { volumeRoutes } from './volume-routes.ts'

const routes = [
  ...volumeRoutes,
  ...volumeActionRoutes,
  ...snapshotRoutes,
  ...backupRoutes,
  ...attachmentRoutes,
  ...typeRoutes,
  ...quotaRoutes,
  ...encryptionRoutes,
  ...qosRoutes,
  ...transferRoutes,
  ...backendRoutes,
  ...fixedRoutes,
]

export function volumeService(ctx: Context, authenticate: Authenticate): Service {
  return restService<Identity>({
    open: versionRoutes,
    routes: routes.flatMap((route) => routesOf(ctx, route)),
    authenticate: async ({ headers }) => await authenticate(headers),
    refuse,
  })
}

function versions(status: number): OpenHandler {
  return async ({ request }) => ({
    status,
    body: { versions: [versionView(request.origin + request.mount)] },
  })
}

const versionRoutes: readonly Route<OpenHandler>[] = [
  ['GET', '', versions(300)],
  ['GET', '/', versions(300)],
  ['GET', '/v3', versions(200)],
  ['GET', '/v3/', versions(200)],
]

/** The error form of the Volume API. */
function refuse({ status, problem }: Refusal, request: HttpRequest | null): HttpReply {
  const own = problem.details['status']
  // Whoever is over quota is told so by the status that the field has for it.
  const code = problem.kind === 'over-quota' ? 413 : typeof own === 'number' ? own : status
  const headers = {
    ...(code === 401 && request !== null
      ? { 'WWW-Authenticate': `Keystone uri="${request.origin}/identity"` }
      : {}),
    ...(code === 413 ? { 'Retry-After': '0' } : {}),
  }
  const word = faultNames[code] ?? 'computeFault'
  const more = code === 413 ? { retryAfter: '0' } : {}
  return { status: code, headers, body: { [word]: { code, message: problem.message, ...more } } }
}
