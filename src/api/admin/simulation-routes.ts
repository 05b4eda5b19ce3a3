/** Ordering faults, looking into simulated hosts, and beginning anew. */
import { isOperator, operatorsOnly } from '../../app/operator.ts'
import { listGuests, replaceFaults, showFaults } from '../../app/simulation.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import { queryOf } from './query.ts'
import type { AdminApi } from './service.ts'
import { guestView } from './views.ts'

export function simulationRoutes({ simulation, reset }: AdminApi): readonly Route<Handler>[] {
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
    [
      'POST',
      '/reset',
      async ({ who, request }) => {
        if (reset === null || !isOperator(who)) {
          throw problem('forbidden', 'Only an admin of a cloud with --auth noauth may reset it')
        }
        await reset(queryOf(request, ['profile']).one('profile'))
        return { status: 204 }
      },
    ],
  ]
}
