/** What operators ask of a running cloud: hosts, operations, explanations. */
import { explainPlacement } from '../../app/explain.ts'
import type { PlacementWish } from '../../app/explain.ts'
import { listHosts } from '../../app/host-list.ts'
import { listOperations } from '../../app/operation-list.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { HttpRequest } from '../http/service.ts'
import { explanationView } from './explanation-view.ts'
import { amountIn, queryOf } from './query.ts'
import type { AdminApi } from './service.ts'
import { hostView, operationView } from './views.ts'

export function operatorRoutes({ ctx, simulation }: AdminApi): readonly Route<Handler>[] {
  return [
    [
      'GET',
      '/hosts',
      async ({ who }) => {
        const hosts = await listHosts(ctx, who, simulation)
        return { status: 200, body: { hosts: hosts.map(hostView) } }
      },
    ],
    [
      'GET',
      '/operations',
      async ({ who, request }) => {
        const server = queryOf(request, ['server']).one('server')
        const operations = await listOperations(ctx, who, { server })
        return { status: 200, body: { operations: operations.map(operationView) } }
      },
    ],
    [
      'GET',
      '/explain',
      async ({ who, request }) => {
        const explained = await explainPlacement(ctx, who, wishOf(request))
        return { status: 200, body: explanationView(explained) }
      },
    ],
  ]
}

const amountNames = { vcpus: 'VCPU', memory_mb: 'MEMORY_MB', disk_gb: 'DISK_GB' } as const
const otherNames = ['flavor', 'zone', 'host', 'trait', 'forbidden_trait', 'resource']

function wishOf(request: HttpRequest): PlacementWish {
  const query = queryOf(request, [...Object.keys(amountNames), ...otherNames])
  const amounts = Object.entries(amountNames).flatMap(([name, resourceClass]) => {
    const amount = query.amount(name)
    return amount === null ? [] : [[resourceClass, amount] as const]
  })
  return {
    flavor: query.one('flavor'),
    zone: query.one('zone'),
    host: query.one('host'),
    requiredTraits: query.all('trait'),
    forbiddenTraits: query.all('forbidden_trait'),
    amounts: Object.fromEntries([...amounts, ...query.all('resource').map(resourceIn)]),
  }
}

/** `CUSTOM_GOLD:3` */
function resourceIn(text: string): readonly [string, number] {
  const [name = '', amount = '', ...rest] = text.split(':')
  if (!/^[A-Z0-9_]{1,255}$/.test(name) || rest.length > 0) {
    throw problem(
      'invalid',
      `Query parameter resource takes CLASS:AMOUNT, not "${text.slice(0, 64)}"`,
    )
  }
  return [name, amountIn('resource', amount)]
}
