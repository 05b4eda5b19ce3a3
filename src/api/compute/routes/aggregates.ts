/** Host aggregates. */
import * as aggregates from '../../../app/aggregates.ts'
import { cacheImages } from '../../../app/image-cache.ts'
import { problem } from '../../../lib/problem.ts'
import { accepted, ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Route } from '../route.ts'
import * as schemas from '../schemas/aggregates.ts'
import { noQuery } from '../schemas/queries.ts'

export const aggregateRoutes: readonly Route[] = [
  route({
    name: 'aggregates.list',
    method: 'GET',
    path: '/os-aggregates',
    policy: 'os-aggregates:index',
    query: noQuery,
    handler: async ({ ctx, who, api }) => {
      const found = await aggregates.listAggregates(ctx, who)
      return ok({ aggregates: found.map((each) => api.show('aggregate', each)) })
    },
  }),
  route({
    name: 'aggregates.create',
    method: 'POST',
    path: '/os-aggregates',
    policy: 'os-aggregates:create',
    request: schemas.createAggregate,
    handler: async ({ ctx, who, body: { aggregate: wish }, api }) => {
      const zone = wish.availability_zone ?? null
      const made = await aggregates.createAggregate(ctx, who, { name: wish.name, zone })
      return ok({ aggregate: api.show('aggregateCreated', made) })
    },
  }),
  route({
    name: 'aggregates.show',
    method: 'GET',
    path: '/os-aggregates/{id}',
    policy: 'os-aggregates:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      const found = await aggregates.showAggregate(ctx, who, numberOf(id))
      return ok({ aggregate: api.show('aggregate', found) })
    },
  }),
  route({
    name: 'aggregates.update',
    method: 'PUT',
    path: '/os-aggregates/{id}',
    policy: 'os-aggregates:update',
    request: schemas.updateAggregate,
    handler: async ({ ctx, who, params: { id = '' }, body: { aggregate }, api }) => {
      const wish = { name: aggregate.name?.trim(), zone: aggregate.availability_zone }
      const changed = await aggregates.updateAggregate(ctx, who, numberOf(id), wish)
      return ok({ aggregate: api.show('aggregate', changed) })
    },
  }),
  route({
    name: 'aggregates.delete',
    method: 'DELETE',
    path: '/os-aggregates/{id}',
    policy: 'os-aggregates:delete',
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await aggregates.deleteAggregate(ctx, who, numberOf(id))
      return ok()
    },
  }),
  action('add_host', {
    name: 'aggregates.addHost',
    path: '/os-aggregates/{id}/action',
    policy: 'os-aggregates:add_host',
    request: schemas.addHost,
    handler: async ({ ctx, who, params: { id = '' }, body, api }) => {
      const changed = await aggregates.addHost(ctx, who, numberOf(id), body.add_host.host)
      return ok({ aggregate: api.show('aggregate', changed) })
    },
  }),
  action('remove_host', {
    name: 'aggregates.removeHost',
    path: '/os-aggregates/{id}/action',
    policy: 'os-aggregates:remove_host',
    request: schemas.removeHost,
    handler: async ({ ctx, who, params: { id = '' }, body, api }) => {
      const changed = await aggregates.removeHost(ctx, who, numberOf(id), body.remove_host.host)
      return ok({ aggregate: api.show('aggregate', changed) })
    },
  }),
  action('set_metadata', {
    name: 'aggregates.setMetadata',
    path: '/os-aggregates/{id}/action',
    policy: 'os-aggregates:set_metadata',
    request: schemas.setMetadata,
    handler: async ({ ctx, who, params: { id = '' }, body, api }) => {
      const { metadata } = body.set_metadata
      const changed = await aggregates.setAggregateMetadata(ctx, who, numberOf(id), metadata)
      return ok({ aggregate: api.show('aggregate', changed) })
    },
  }),
  route({
    name: 'aggregates.cacheImages',
    method: 'POST',
    path: '/os-aggregates/{id}/images',
    policy: 'compute:aggregates:images',
    request: schemas.cacheImages,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      const images = body.cache.map((each) => each.id)
      await cacheImages(ctx, who, numberOf(id), images)
      return accepted()
    },
  }),
]

function numberOf(id: string): number {
  const number = Number(id)
  // One below zero is a number that no aggregate has.
  if (Number.isSafeInteger(number)) return number
  throw problem('invalid', `Invalid aggregate_id '${id}': it must be an integer`)
}
