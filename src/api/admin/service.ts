/**
 * Berth's own API: what no other cloud can be asked. Faults, what hosts really hold, operations, events, explanations, audits.
 *
 * It has one version. Fields are spelled as in OpenStack's APIs; instants are RFC 3339 in UTC.
 */
import type { Finding } from '../../app/audit/findings.ts'
import type { Healing } from '../../app/audit/heals.ts'
import type { Authenticate } from '../../app/identity/authenticate.ts'
import type { ServerContext } from '../../app/servers/context.ts'
import type { Simulation } from '../../app/simulation.ts'
import { titleOf } from '../http/problems.ts'
import { restService } from '../http/rest-service.ts'
import type { HttpReply, Refusal, Service } from '../http/service.ts'
import { auditRoutes } from './audit-routes.ts'
import { drainRoutes } from './drain-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { resetRoute, simulationRoutes } from './simulation-routes.ts'

export type AdminApi = {
  readonly ctx: ServerContext
  readonly authenticate: Authenticate
  readonly simulation: Simulation
  /** Looks for contradictions, in the records and with what hosts hold. */
  readonly audit: () => Promise<readonly Finding[]>
  readonly healing: Healing
  /** Empties the database and fills it as a new cloud's; null where that is not to be had. */
  readonly reset: ((profile: string | null) => Promise<void>) | null
  /** Aborts when the server is about to close: streams have no end of their own. */
  readonly closing: AbortSignal
}

export function adminService(api: AdminApi): Service {
  return restService({
    open: [resetRoute(api)],
    routes: [simulationRoutes, operatorRoutes, drainRoutes, auditRoutes, eventRoutes].flatMap(
      (of) => of(api),
    ),
    authenticate: async ({ headers }) => await api.authenticate(headers),
    refuse,
  })
}

/** The kind is for programs, the message for people. */
function refuse({ status, problem }: Refusal): HttpReply {
  const { kind, message } = problem
  return { status, body: { error: { code: status, kind, title: titleOf(status), message } } }
}
