/** What a provider has. */
import * as inventories from '../../../app/placement/inventories.ts'
import type { CapacityRule, Stocked, StockedOne } from '../../../app/placement/inventories.ts'
import * as providers from '../../../app/placement/providers.ts'
import type { PlacementContext } from '../../../app/placement/context.ts'
import type { Params } from '../../http/router.ts'
import { inventoriesOf, inventoryOf, shownInventory } from '../inventory-records.ts'
import type { InventoryBody } from '../inventory-records.ts'
import { newest } from '../newest.ts'
import { noContent, route } from '../route.ts'
import type { Api, Reply } from '../route.ts'
import { newInventory, replacedInventories, replacedInventory } from '../schemas/inventories.ts'

type Generation = { readonly resource_provider_generation: number }
type NewBody = InventoryBody & { readonly resource_class: string }
type AllBody = Generation & { readonly inventories: Readonly<Record<string, InventoryBody>> }

const subject = async (ctx: PlacementContext, params: Params): Promise<unknown> =>
  await providers.show(ctx, params['uuid'] ?? '')

const all = '/resource_providers/{uuid}/inventories'
const one = '/resource_providers/{uuid}/inventories/{resource_class}'

export const inventoryRoutes = [
  route({
    name: 'inventories.list',
    method: 'GET',
    path: all,
    rule: 'placement:resource_providers:inventories:list',
    handler: async ({ ctx, params }) => shownAll(await inventories.list(ctx, params['uuid'] ?? '')),
  }),
  route<NewBody>({
    name: 'inventories.add',
    method: 'POST',
    path: all,
    rule: 'placement:resource_providers:inventories:create',
    body: newInventory,
    subject,
    handler: async ({ ctx, params, body, api }) => {
      const id = params['uuid'] ?? ''
      const name = body.resource_class
      const added = await inventories.add(ctx, id, name, inventoryOf(body), ruleOf(api))
      const location = `/resource_providers/${added.provider.id}/inventories/${name}`
      return { ...shownOne(added), status: 201, location }
    },
  }),
  route<AllBody>({
    name: 'inventories.replace',
    method: 'PUT',
    path: all,
    rule: 'placement:resource_providers:inventories:update',
    body: replacedInventories,
    subject,
    handler: async ({ ctx, params, body, api }) => {
      const wanted = inventoriesOf(body.inventories)
      const generation = body.resource_provider_generation
      return shownAll(
        await inventories.replace(ctx, params['uuid'] ?? '', generation, wanted, ruleOf(api)),
      )
    },
  }),
  route({
    name: 'inventories.dropAll',
    method: 'DELETE',
    path: all,
    rule: 'placement:resource_providers:inventories:delete',
    missing: 405,
    handler: async ({ ctx, params }) => {
      await inventories.dropAll(ctx, params['uuid'] ?? '')
      return noContent()
    },
  }),
  route({
    name: 'inventories.show',
    method: 'GET',
    path: one,
    rule: 'placement:resource_providers:inventories:show',
    handler: async ({ ctx, params }) =>
      shownOne(await inventories.show(ctx, params['uuid'] ?? '', params['resource_class'] ?? '')),
  }),
  route<InventoryBody & Generation>({
    name: 'inventories.replaceOne',
    method: 'PUT',
    path: one,
    rule: 'placement:resource_providers:inventories:update',
    body: replacedInventory,
    subject,
    handler: async ({ ctx, params, body, api }) =>
      shownOne(
        await inventories.replaceOne(
          ctx,
          params['uuid'] ?? '',
          params['resource_class'] ?? '',
          body.resource_provider_generation,
          inventoryOf(body),
          ruleOf(api),
        ),
      ),
  }),
  route({
    name: 'inventories.drop',
    method: 'DELETE',
    path: one,
    rule: 'placement:resource_providers:inventories:delete',
    handler: async ({ ctx, params }) => {
      await inventories.drop(ctx, params['uuid'] ?? '', params['resource_class'] ?? '')
      return noContent()
    },
  }),
]

function ruleOf(api: Api): CapacityRule {
  return api.has('everythingMayBeReserved') ? 'may-be-nothing' : 'must-be-something'
}

function shownAll({ provider, stocks }: Stocked): Reply {
  return {
    status: 200,
    body: {
      resource_provider_generation: provider.generation,
      inventories: Object.fromEntries(
        stocks.map(({ resourceClass, inventory }) => [resourceClass, shownInventory(inventory)]),
      ),
    },
    modifiedAt: newest(stocks.map(({ updatedAt }) => updatedAt)),
  }
}

function shownOne({ provider, stock }: StockedOne): Reply {
  const { generation } = provider
  return {
    status: 200,
    body: {
      ...shownInventory(stock.inventory),
      // A generation of 0 has never been shown here.
      ...(generation === 0 ? {} : { resource_provider_generation: generation }),
    },
    modifiedAt: stock.updatedAt,
  }
}
