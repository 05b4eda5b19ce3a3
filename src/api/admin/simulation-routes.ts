/** Ordering faults, looking into simulated hosts, and beginning anew. */
import { operatorsOnly } from '../../app/operator.ts'
import { listGuests, replaceFaults, showFaults } from '../../app/simulation.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler, OpenHandler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import { queryOf } from './query.ts'
import type { AdminApi } from './service.ts'
import { guestView } from './views.ts'

export function simulationRoutes({ simulation }: AdminApi): readonly Route<Handler>[] {
  return [
    ['GET', '/faults', async ({ who }) => ({ status: 200, body: showFaults(simulation, who) })],
    [
      'PUT',
      '/faults',
      async ({ who, body }) => {
        operatorsOnly(who)
        return { status: 200, body: replaceFaults(simulation, who, body()) }
      },
    ],
    [
      'GET',
      '/hosts/{host}/guests',
      async ({ who, params }) => {
        const guests = listGuests(simulation, who, params['host'] ?? '')
        return { status: 200, body: { guests: guests.map(guestView) } }
      },
    ],
  ]
}

/** Asks for no proof: where it works at all, nobody is asked for any. */
export function resetRoute({ reset }: AdminApi): Route<OpenHandler> {
  return [
    'POST',
    '/reset',
    async ({ request }) => {
      if (reset === null) {
        throw problem('forbidden', 'Only a cloud with --auth noauth can be reset')
      }
      // Whoever can reach the loopback may; a page of some web site in a browser there may not.
      if (request.headers['origin'] !== undefined) {
        throw problem('forbidden', 'A cloud is not reset by a web page')
      }
      await reset(queryOf(request, ['profile']).one('profile'))
      return { status: 204 }
    },
  ]
}
