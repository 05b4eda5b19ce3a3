/** Hosts as operators see them: hypervisors, services, availability zones. */
import * as zones from '../../../app/availability-zones.ts'
import * as hypervisors from '../../../app/hypervisors.ts'
import type { HypervisorKey, HypervisorQuery, HypervisorShown } from '../../../app/hypervisors.ts'
import { pageMax } from '../../../app/page.ts'
import * as services from '../../../app/services.ts'
import type { ServiceRef } from '../../../app/services.ts'
import type { Rule } from '../../../domain/policy.ts'
import { isUuid } from '../../../lib/ids.ts'
import { problem } from '../../../lib/problem.ts'
import { booleanOf } from '../booleans.ts'
import type { DocumentName } from '../change.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Api, Call, Query, Route } from '../route.ts'
import * as aggregateSchemas from '../schemas/aggregates.ts'
import { hypervisorQuery, hypervisorsQuery, servicesQuery } from '../schemas/paged.ts'
import { noQuery } from '../schemas/queries.ts'
import { sumsOf } from '../views/hypervisor-amounts.ts'
import { changeByWord } from './services-by-word.ts'

export const hypervisorRoutes: readonly Route[] = [
  hypervisorList('hypervisors.list', '/os-hypervisors', 'os-hypervisors:list', 'hypervisorBrief'),
  hypervisorList(
    'hypervisors.detail',
    '/os-hypervisors/detail',
    'os-hypervisors:list-detail',
    'hypervisor',
  ),
  route({
    name: 'hypervisors.statistics',
    method: 'GET',
    path: '/os-hypervisors/statistics',
    policy: 'os-hypervisors:statistics',
    query: noQuery,
    handler: async ({ ctx, who }) =>
      ok({ hypervisor_statistics: sumsOf(await hypervisors.sumHypervisors(ctx, who)) }),
  }),
  route({
    name: 'hypervisors.show',
    method: 'GET',
    path: '/os-hypervisors/{id}',
    policy: 'os-hypervisors:show',
    query: hypervisorQuery,
    handler: async ({ ctx, who, params: { id = '' }, query, api }) => {
      const wish = { by: idKind(id, api), withServers: wantsServers(query) }
      const found = await hypervisors.showHypervisor(ctx, who, id, wish)
      return ok({ hypervisor: api.show('hypervisor', found) })
    },
  }),
  route({
    name: 'hypervisors.uptime',
    method: 'GET',
    path: '/os-hypervisors/{id}/uptime',
    policy: 'os-hypervisors:uptime',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) =>
      await hypervisors.showUptime(ctx, who, id, idKind(id, api)),
  }),
  route({
    name: 'hypervisors.search',
    method: 'GET',
    path: '/os-hypervisors/{id}/search',
    policy: 'os-hypervisors:search',
    handler: async (call) => await searched(call, false, 'os-hypervisors:search'),
  }),
  route({
    name: 'hypervisors.servers',
    method: 'GET',
    path: '/os-hypervisors/{id}/servers',
    policy: 'os-hypervisors:servers',
    handler: async (call) => await searched(call, true, 'os-hypervisors:servers'),
  }),
]

export const serviceRoutes: readonly Route[] = [
  route({
    name: 'services.list',
    method: 'GET',
    path: '/os-services',
    policy: 'os-services:list',
    query: servicesQuery,
    handler: async ({ ctx, who, query, api }) => {
      const filter = { host: query.one('host') ?? null, binary: query.one('binary') ?? null }
      const all = await services.listServices(ctx, who, filter)
      return ok({ services: all.map((each) => api.show('service', each)) })
    },
  }),
  route({
    name: 'services.update',
    method: 'PUT',
    path: '/os-services/{id}',
    policy: 'os-services:update',
    request: aggregateSchemas.updateService,
    handler: async (call) => {
      const { ctx, who, params, body, api } = call
      const { id = '' } = params
      if (!api.has('servicesGoByUuid')) return await changeByWord(call, id)
      const { status, disabled_reason: reason, forced_down: forcedDown } = body
      if (status === undefined && forcedDown === undefined) {
        throw problem(
          'invalid',
          'No updates were requested. Fields status or forced_down should be specified.',
        )
      }
      if (reason !== undefined && status !== 'disabled') {
        throw problem('invalid', "Specifying disabled_reason requires that status is 'disabled'.")
      }
      const shown = await services.updateService(ctx, who, serviceRef(id, api), {
        ...(status === undefined
          ? {}
          : { disabled: status === 'disabled', disabledReason: reason ?? null }),
        ...(forcedDown === undefined ? {} : { forcedDown }),
      })
      return ok({ service: api.show('service', shown) })
    },
  }),
  route({
    name: 'services.delete',
    method: 'DELETE',
    path: '/os-services/{id}',
    policy: 'os-services:delete',
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      await services.deleteService(ctx, who, serviceRef(id, api))
      return noContent()
    },
  }),
]

export const zoneRoutes: readonly Route[] = [
  route({
    name: 'zones.list',
    method: 'GET',
    path: '/os-availability-zone',
    policy: 'os-availability-zone:list',
    query: noQuery,
    handler: async ({ ctx, who }) => {
      const all = await zones.listZones(ctx, who)
      const shown = all.map(({ name, available }) => ({
        zoneName: name,
        zoneState: { available },
        hosts: null,
      }))
      return ok({ availabilityZoneInfo: shown })
    },
  }),
  route({
    name: 'zones.detail',
    method: 'GET',
    path: '/os-availability-zone/detail',
    policy: 'os-availability-zone:detail',
    query: noQuery,
    handler: async ({ ctx, who, api }) => {
      const all = await zones.listZoneDetails(ctx, who)
      const shown = all.map(({ name, available, services: within }) => ({
        zoneName: name,
        zoneState: { available },
        hosts: Object.fromEntries(
          Object.entries(Object.groupBy(within, ({ host }) => host)).map(([host, list = []]) => [
            host,
            Object.fromEntries(
              list.map((each) => [
                each.binary,
                {
                  available: each.up,
                  active: !each.disabled,
                  updated_at: api.show('service', each)['updated_at'],
                },
              ]),
            ),
          ]),
        ),
      }))
      return ok({ availabilityZoneInfo: shown })
    },
  }),
]

function hypervisorList(
  name: string,
  path: string,
  rule: Rule,
  document: Extract<DocumentName, 'hypervisor' | 'hypervisorBrief'>,
): Route {
  return route({
    name,
    method: 'GET',
    path,
    policy: rule,
    query: hypervisorsQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const wish = hypervisorWish(query, api)
      const page = await hypervisors.listHypervisors(ctx, who, wish, rule)
      const shown = page.items.map((each) => api.show(document, each))
      const next = nextLinks('hypervisors_links', page, idUnder(wish.by), links)
      return ok({ hypervisors: shown, ...(api.has('hypervisorsComeInPages') ? next : {}) })
    },
  })
}

function hypervisorWish(query: Query, api: Api): HypervisorQuery {
  const pattern = query.one('hypervisor_hostname_pattern') ?? null
  if (pattern !== null && (query.names.includes('limit') || query.names.includes('marker'))) {
    const message =
      'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.'
    throw problem('invalid', message)
  }
  const page = api.has('hypervisorsComeInPages')
    ? pageWish(query)
    : { limit: pageMax, marker: null }
  return { ...page, pattern, withServers: wantsServers(query), by: keyAt(api) }
}

/** Hypervisors whose name has the word of the path in it. */
async function searched(
  { ctx, who, params: { id = '' }, api }: Call<unknown>,
  withServers: boolean,
  rule: Rule,
) {
  const all = { limit: pageMax, marker: null, pattern: id, withServers, by: keyAt(api) }
  const { items } = await hypervisors.listHypervisors(ctx, who, all, rule)
  return ok({ hypervisors: items.map((each) => api.show('hypervisorBrief', each)) })
}

function keyAt(api: Api): HypervisorKey {
  return api.has('hypervisorsGoByUuid') ? 'uuid' : 'number'
}

function idUnder(by: HypervisorKey): (shown: HypervisorShown) => string {
  return ({ host }) => (by === 'uuid' ? host.providerId : String(host.number))
}

/** @throws `invalid` for an id that is none, where ids are UUIDs. */
function idKind(id: string, api: Api): HypervisorKey {
  const by = keyAt(api)
  if (by === 'uuid' && !isUuid(id)) throw problem('invalid', `Invalid uuid ${id}`)
  return by
}

function serviceRef(id: string, api: Api): ServiceRef {
  if (api.has('servicesGoByUuid') ? isUuid(id) : /^\d+$/.test(id)) return { id }
  throw problem(
    'invalid',
    api.has('servicesGoByUuid') ? `Invalid uuid ${id}` : `${id} is not a valid service id`,
  )
}

function wantsServers(query: Query): boolean {
  return booleanOf(query.one('with_servers') ?? '') === true
}
