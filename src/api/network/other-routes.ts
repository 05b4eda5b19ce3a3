/** Quotas, extensions, zones, and the lists that are always empty here but that clients insist on. */
import type { Context } from '../../app/context.ts'
import { isTrusted } from '../../app/network/policy.ts'
import * as quotas from '../../app/network/quotas.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { defaultQuotas, quotaResources } from '../../domain/network/quotas.ts'
import type { QuotaLimits, QuotaResource } from '../../domain/network/quotas.ts'
import type { Json, JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, neededObject } from '../http/fields.ts'
import type { NetworkRoute } from './collection.ts'
import { extensions } from './extensions.ts'
import { pageOf } from './listing.ts'

/** Resources of Neutron that a quota set names and that there are none of here. */
const unlimited = { rbac_policy: -1, subnetpool: -1 }

export function quotaRoutes(ctx: Context): readonly NetworkRoute[] {
  const project = (params: Readonly<Record<string, string>>): ProjectId =>
    (params['project'] ?? '') as ProjectId // whoever it is; one that is none has the defaults
  return [
    [
      'GET',
      '/v2.0/quotas',
      async ({ request, who }) => {
        const found = await quotas.listLimits(ctx, who)
        const views = found.map(({ projectId, ...limits }) => ({
          ...limits,
          ...unlimited,
          project_id: projectId,
          tenant_id: projectId,
        }))
        return { status: 200, body: pageOf('quotas', views, request) }
      },
    ],
    [
      'GET',
      '/v2.0/quotas/{project}',
      async ({ params, who }) => {
        const limits = await quotas.getLimits(ctx, who, project(params))
        return { status: 200, body: { quota: { ...limits, ...unlimited } } }
      },
    ],
    [
      'GET',
      '/v2.0/quotas/{project}/default',
      async () => ({ status: 200, body: { quota: { ...defaultQuotas, ...unlimited } } }),
    ],
    ...['/v2.0/quotas/{project}/details', '/v2.0/quotas/{project}/details.json'].map(
      (path): NetworkRoute => [
        'GET',
        path,
        async ({ params, who }) => {
          const usage = await quotas.getUsage(ctx, who, project(params))
          const views = Object.entries(usage).map(
            ([name, { limit, used }]) => [name, { limit, used, reserved: 0 }] as const,
          )
          return { status: 200, body: { quota: Object.fromEntries(views) } }
        },
      ],
    ),
    [
      'PUT',
      '/v2.0/quotas/{project}',
      async ({ params, who, body }) => {
        const limits = limitsOf(neededObject(body(), 'quota'))
        const changed = await quotas.setLimits(ctx, who, project(params), limits)
        return { status: 200, body: { quota: { ...changed, ...unlimited } } }
      },
    ],
    [
      'DELETE',
      '/v2.0/quotas/{project}',
      async ({ params, who }) => {
        await quotas.resetLimits(ctx, who, project(params))
        return { status: 204 }
      },
    ],
  ]
}

const emptyLists: Readonly<Record<string, string>> = {
  '/v2.0/agents': 'agents',
  '/v2.0/segments': 'segments',
  '/v2.0/rbac-policies': 'rbac_policies',
  '/v2.0/service-providers': 'service_providers',
  '/v2.0/trunks': 'trunks',
  '/v2.0/qos/policies': 'policies',
}

export const fixedRoutes: readonly NetworkRoute[] = [
  ...Object.entries(emptyLists).map(([path, plural]): NetworkRoute => [
    'GET',
    path,
    async () => ({ status: 200, body: { [plural]: [] } }),
  ]),
  ['GET', '/v2.0/extensions', async () => ({ status: 200, body: { extensions } })],
  [
    'GET',
    '/v2.0/extensions/{alias}',
    async ({ params }) => {
      const found = extensions.find(({ alias }) => alias === params['alias'])
      if (found === undefined) {
        const message = `Extension with alias ${params['alias'] ?? ''} does not exist`
        throw problem('not-found', message, { type: 'HTTPNotFound' })
      }
      return { status: 200, body: { extension: found } }
    },
  ],
  [
    'GET',
    '/v2.0/availability_zones',
    async ({ request }) => {
      const views = ['network', 'router'].map((resource) => ({
        name: 'nova',
        resource,
        state: 'available',
      }))
      return { status: 200, body: pageOf('availability_zones', views, request) }
    },
  ],
  [
    'GET',
    '/v2.0/auto-allocated-topology/{project}',
    async ({ params, who }) => {
      const project = params['project'] === 'None' ? who.projectId : params['project']
      if (!isTrusted(who) && project !== who.projectId) {
        throw problem(
          'not-found',
          `Auto-allocated topology for ${project ?? ''} could not be found.`,
        )
      }
      // Every project can use the shared network, and nothing is made behind anybody's back.
      throw problem('conflict', 'Deployment error: No default router:external network.', {
        type: 'AutoAllocationFailure',
      })
    },
  ],
]

function limitsOf(body: JsonObject): Partial<QuotaLimits> {
  const limits: Partial<Record<QuotaResource, number>> = {}
  for (const [name, value] of Object.entries(body)) {
    if (name === 'tenant_id' || name === 'project_id' || Object.hasOwn(unlimited, name)) continue
    const resource = quotaResources.find((each) => each === name)
    if (resource === undefined) {
      throw problem('invalid', `Unrecognized attribute(s) '${name}'`, { type: 'HTTPBadRequest' })
    }
    limits[resource] = limitOf(name, value)
  }
  return limits
}

/** Clients send numbers and texts of numbers. */
function limitOf(name: string, value: Json): number {
  const limit = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  if (!Number.isInteger(limit) || limit < -1 || limit > 2_147_483_647) {
    throw bad(name, 'it must be an integer from -1')
  }
  return limit
}
