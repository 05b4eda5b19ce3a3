/** Flavors, their extra specs, and who may use those that are not public. */
import * as flavors from '../../../app/flavors.ts'
import type { FlavorQuery } from '../../../app/flavors.ts'
import type { Identity } from '../../../domain/identity.ts'
import { isAdmin } from '../../../domain/identity.ts'
import type { ProjectId } from '../../../domain/ids.ts'
import { judgeExtraSpecs } from '../../../domain/extra-specs.ts'
import { problem } from '../../../lib/problem.ts'
import { booleanOf } from '../booleans.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Query, Route } from '../route.ts'
import * as schemas from '../schemas/flavors.ts'
import { noQuery } from '../schemas/queries.ts'

export const flavorRoutes: readonly Route[] = [
  route({
    name: 'flavors.list',
    method: 'GET',
    path: '/flavors',
    policy: null,
    query: schemas.flavorsQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const page = await flavors.listFlavors(ctx, who, flavorQuery(query, who))
      const shown = page.items.map((each) => api.show('flavorBrief', each))
      return ok({ flavors: shown, ...nextLinks('flavors_links', page, ({ id }) => id, links) })
    },
  }),
  route({
    name: 'flavors.detail',
    method: 'GET',
    path: '/flavors/detail',
    policy: null,
    query: schemas.flavorsQuery,
    handler: async ({ ctx, who, query, api, links }) => {
      const page = await flavors.listFlavors(ctx, who, flavorQuery(query, who))
      const shown = page.items.map((each) => api.show('flavor', each))
      return ok({ flavors: shown, ...nextLinks('flavors_links', page, ({ id }) => id, links) })
    },
  }),
  route({
    name: 'flavors.show',
    method: 'GET',
    path: '/flavors/{id}',
    policy: null,
    query: noQuery,
    handler: async ({ ctx, who, params, api }) => {
      const flavor = await flavors.showFlavor(ctx, who, params['id'] ?? '')
      return ok({ flavor: api.show('flavor', flavor) })
    },
  }),
  route({
    name: 'flavors.create',
    method: 'POST',
    path: '/flavors',
    policy: 'os-flavor-manage:create',
    request: schemas.createFlavor,
    handler: async ({ ctx, who, body: { flavor: wish }, api }) => {
      const flavor = await flavors.createFlavor(ctx, who, {
        id: idOf(wish.id),
        name: wish.name,
        vcpus: wish.vcpus,
        memoryMb: wish.ram,
        diskGb: wish.disk,
        ephemeralGb: wish['OS-FLV-EXT-DATA:ephemeral'] ?? 0,
        swapMb: wish.swap ?? 0,
        isPublic: wish['os-flavor-access:is_public'] ?? true,
        description: wish.description ?? null,
        // Older versions take it; the newest schema has no such property.
        rxtxFactor: Number((wish as { readonly rxtx_factor?: unknown }).rxtx_factor ?? 1),
      })
      return ok({ flavor: api.show('flavor', flavor) })
    },
  }),
  route({
    name: 'flavors.update',
    method: 'PUT',
    path: '/flavors/{id}',
    policy: 'os-flavor-manage:update',
    request: schemas.updateFlavor,
    handler: async ({ ctx, who, params, body, api }) => {
      const { description } = body.flavor
      const flavor = await flavors.describeFlavor(ctx, who, params['id'] ?? '', description)
      return ok({ flavor: api.show('flavor', flavor) })
    },
  }),
  route({
    name: 'flavors.delete',
    method: 'DELETE',
    path: '/flavors/{id}',
    policy: 'os-flavor-manage:delete',
    handler: async ({ ctx, who, params }) => {
      await flavors.deleteFlavor(ctx, who, params['id'] ?? '')
      return accepted()
    },
  }),
  action('addTenantAccess', {
    name: 'flavors.grant',
    path: '/flavors/{id}/action',
    policy: 'os-flavor-access:add_tenant_access',
    request: schemas.grantAccess,
    handler: async ({ ctx, who, params: { id = '' }, body, api }) => {
      const refusesPublic = api.has('publicFlavorsTakeNoAccess')
      const grant = { projectId: body.addTenantAccess.tenant, refusesPublic }
      return ok(accessList(id, await flavors.grantAccess(ctx, who, id, grant)))
    },
  }),
  action('removeTenantAccess', {
    name: 'flavors.revoke',
    path: '/flavors/{id}/action',
    policy: 'os-flavor-access:remove_tenant_access',
    request: schemas.revokeAccess,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      const { tenant } = body.removeTenantAccess
      return ok(accessList(id, await flavors.revokeAccess(ctx, who, id, tenant)))
    },
  }),
  route({
    name: 'flavor.access.list',
    method: 'GET',
    path: '/flavors/{flavor_id}/os-flavor-access',
    policy: 'os-flavor-access',
    query: noQuery,
    handler: async ({ ctx, who, params: { flavor_id: id = '' } }) =>
      ok(accessList(id, await flavors.listAccess(ctx, who, id))),
  }),
  route({
    name: 'flavor.specs.list',
    method: 'GET',
    path: '/flavors/{flavor_id}/os-extra_specs',
    policy: 'os-flavor-extra-specs:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { flavor_id: id = '' } }) => {
      const { extraSpecs } = await flavors.showFlavor(ctx, who, id)
      return ok({ extra_specs: extraSpecs })
    },
  }),
  route({
    name: 'flavor.specs.create',
    method: 'POST',
    path: '/flavors/{flavor_id}/os-extra_specs',
    policy: 'os-flavor-extra-specs:create',
    request: schemas.createSpecs,
    handler: async ({ ctx, who, params: { flavor_id: id = '' }, body, api }) => {
      const specs = asTexts(body.extra_specs)
      if (api.has('extraSpecsAreJudged')) judgeExtraSpecs(specs)
      await flavors.setSpecs(ctx, who, id, specs, 'os-flavor-extra-specs:create')
      return ok({ extra_specs: body.extra_specs })
    },
  }),
  route({
    name: 'flavor.specs.show',
    method: 'GET',
    path: '/flavors/{flavor_id}/os-extra_specs/{id}',
    policy: 'os-flavor-extra-specs:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { flavor_id: flavor = '', id = '' } }) =>
      ok({ [id]: await flavors.showSpec(ctx, who, flavor, id) }),
  }),
  route({
    name: 'flavor.specs.update',
    method: 'PUT',
    path: '/flavors/{flavor_id}/os-extra_specs/{id}',
    policy: 'os-flavor-extra-specs:update',
    request: schemas.updateSpec,
    handler: async ({ ctx, who, params: { flavor_id: flavor = '', id = '' }, body, api }) => {
      if (api.has('extraSpecsAreJudged')) judgeExtraSpecs(asTexts(body))
      if (!Object.hasOwn(body, id)) {
        throw problem('invalid', 'Request body and URI mismatch')
      }
      await flavors.setSpecs(ctx, who, flavor, asTexts(body), 'os-flavor-extra-specs:update')
      return ok(body)
    },
  }),
  route({
    name: 'flavor.specs.delete',
    method: 'DELETE',
    path: '/flavors/{flavor_id}/os-extra_specs/{id}',
    policy: 'os-flavor-extra-specs:delete',
    handler: async ({ ctx, who, params: { flavor_id: flavor = '', id = '' } }) => {
      await flavors.deleteSpec(ctx, who, flavor, id)
      return ok()
    },
  }),
]

function flavorQuery(query: Query, who: Identity): FlavorQuery {
  return {
    ...pageWish(query),
    minRamMb: leastOf(query, 'minRam'),
    minDiskGb: leastOf(query, 'minDisk'),
    isPublic: publicityOf(query, who),
    name: query.one('name') ?? null,
    sort: {
      // The schema takes no other keys and directions.
      key: (query.one('sort_key') ?? 'flavorid') as FlavorQuery['sort']['key'],
      direction: query.one('sort_dir') === 'desc' ? 'desc' : 'asc',
    },
  }
}

/** Users see public flavors and their own. Operators see public ones, unless they ask otherwise. */
function publicityOf(query: Query, who: Identity): boolean | null {
  const text = query.one('is_public')
  if (!isAdmin(who)) return null
  if (text === undefined) return true
  if (text.toLowerCase() === 'none') return null
  const value = booleanOf(text)
  if (value === null) throw problem('invalid', `Invalid is_public filter [${text}]`)
  return value
}

function leastOf(query: Query, name: 'minRam' | 'minDisk'): number {
  const text = query.one(name)
  if (text === undefined) return 0
  const number = Number(text)
  if (!Number.isInteger(number)) throw problem('invalid', `Invalid ${name} filter [${text}]`)
  return number
}

function idOf(id: string | number | null | undefined): string | null {
  // `auto` is how some clients ask for an id to be made.
  return id === null || id === undefined || id === 'auto' ? null : String(id)
}

function asTexts(specs: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(specs).map(([key, value]) => [key, String(value)]))
}

function accessList(id: string, projects: readonly ProjectId[]) {
  return { flavor_access: projects.map((project) => ({ flavor_id: id, tenant_id: project })) }
}
