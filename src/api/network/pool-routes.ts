/** `/v2.0/subnetpools`. */
import * as pools from '../../app/network/subnet-pools.ts'
import { knownTags } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import type { Identity } from '../../domain/identity.ts'
import type { SubnetPool } from '../../domain/network/subnet-pool.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, flag, own, sent, text, texts } from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { count, projectOf, uuidOrNull } from './read.ts'
import { poolView } from './views.ts'

export function poolRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = [
    'name',
    'description',
    'prefixes',
    'default_prefixlen',
    'min_prefixlen',
    'max_prefixlen',
    'default_quota',
    'is_default',
    'address_scope_id',
  ]
  return [
    ...collectionRoutes({
      name: 'subnetpool',
      plural: 'subnetpools',
      path: '/subnetpools',
      creatable: [...changeable, 'shared', 'project_id', 'tenant_id'],
      changeable,
      shown: ['ip_version'],
      view: poolView,
      tags: async (id) => await knownTags(ctx, 'subnet-pool', id),
      list: async (who) => await pools.listPools(ctx, who),
      get: async (who, id) => await pools.getPool(ctx, who, id),
      create: async (who, bodies) => {
        const made: SubnetPool[] = []
        for (const body of bodies) made.push(await pools.createPool(ctx, who, newPool(body)))
        return made
      },
      update: async (who, id, body, seen) =>
        await pools.updatePool(ctx, who, id, poolFields(body), seen),
      remove: async (who, id, seen) => await pools.deletePool(ctx, who, id, seen),
    }),
    prefixesRoute('add_prefixes', async (...change) => await pools.addPrefixes(ctx, ...change)),
    prefixesRoute(
      'remove_prefixes',
      async (...change) => await pools.removePrefixes(ctx, ...change),
    ),
  ]
}

type PrefixChange = (who: Identity, id: string, prefixes: readonly string[]) => Promise<SubnetPool>

/** Changes some prefixes and leaves the others alone. */
function prefixesRoute(verb: string, change: PrefixChange): NetworkRoute {
  return [
    'PUT',
    `/v2.0/subnetpools/{id}/${verb}`,
    async ({ params, who, body }) => {
      const said = texts(body(), 'prefixes')
      if (said === undefined || said.length === 0) throw bad('prefixes', 'it is required')
      const { prefixes } = await change(who, params['id'] ?? '', said)
      return { status: 200, body: { prefixes } }
    },
  ]
}

function poolFields(body: JsonObject): Partial<pools.PoolFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    prefixes: texts(body, 'prefixes'),
    usualLength: lengthIn(body, 'default_prefixlen'),
    leastLength: lengthIn(body, 'min_prefixlen'),
    mostLength: lengthIn(body, 'max_prefixlen'),
    quota: quotaIn(body),
    isDefault: flag(body, 'is_default'),
    scopeId: uuidOrNull(body, 'address_scope_id'),
  })
}

function newPool(body: JsonObject): pools.NewPool {
  const { prefixes } = poolFields(body)
  if (prefixes === undefined) throw bad('prefixes', 'it is required')
  const nothing = { name: '', description: '', quota: null, isDefault: false, scopeId: null }
  const lengths = { usualLength: null, leastLength: null, mostLength: null }
  const shared = flag(body, 'shared') ?? false
  return {
    ...nothing,
    ...lengths,
    ...poolFields(body),
    prefixes,
    shared,
    projectId: projectOf(body),
  }
}

function lengthIn(body: JsonObject, name: string): number | undefined {
  return count(body, name, { min: 0, max: 128 })
}

function quotaIn(body: JsonObject): number | null | undefined {
  if (own(body, 'default_quota') === null) return null
  return count(body, 'default_quota', { min: 0, max: Number.MAX_SAFE_INTEGER })
}
