/** `/v2.0/address-groups`. */
import * as groups from '../../app/network/address-groups.ts'
import type { Context } from '../../app/context.ts'
import type { Identity } from '../../domain/identity.ts'
import {
  formatAddress,
  formatBlock,
  parseAddress,
  parseBlock,
} from '../../domain/network/address.ts'
import { lengthOf } from '../../domain/network/subnet-pool.ts'
import type { AddressGroup } from '../../domain/network/network.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, sent, text, texts } from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { projectOf } from './read.ts'
import { addressGroupView } from './views.ts'

export function addressGroupRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = ['name', 'description']
  return [
    ...collectionRoutes({
      name: 'address_group',
      plural: 'address_groups',
      path: '/address-groups',
      creatable: [...changeable, 'addresses', 'project_id', 'tenant_id'],
      changeable,
      shown: ['shared'],
      view: addressGroupView,
      list: async (who) => await groups.listAddressGroups(ctx, who),
      get: async (who, id) => await groups.getAddressGroup(ctx, who, id),
      create: async (who, bodies) =>
        await groups.createAddressGroups(ctx, who, bodies.map(newGroup)),
      update: async (who, id, body, seen) =>
        await groups.updateAddressGroup(ctx, who, id, fieldsIn(body), seen),
      remove: async (who, id, seen) => await groups.deleteAddressGroup(ctx, who, id, seen),
    }),
    addressesRoute('add_addresses', async (...said) => await groups.addAddresses(ctx, ...said)),
    addressesRoute(
      'remove_addresses',
      async (...said) => await groups.removeAddresses(ctx, ...said),
    ),
  ]
}

type Change = (who: Identity, id: string, addresses: readonly string[]) => Promise<AddressGroup>

/** Changes some addresses and leaves the others alone. The body is the list, under no name of a record. */
function addressesRoute(verb: string, change: Change): NetworkRoute {
  return [
    'PUT',
    `/v2.0/address-groups/{id}/${verb}`,
    async ({ params, who, body }) => {
      const said = addressesIn(body())
      if (said === undefined) throw bad('addresses', 'it is required')
      const changed = await change(who, params['id'] ?? '', said)
      return { status: 200, body: { address_group: addressGroupView(changed) } }
    },
  ]
}

function fieldsIn(body: JsonObject): Partial<groups.AddressGroupFields> {
  return sent({ name: text(body, 'name'), description: text(body, 'description') })
}

function newGroup(body: JsonObject): groups.NewAddressGroup {
  const addresses = addressesIn(body) ?? []
  return { name: '', description: '', ...fieldsIn(body), addresses, projectId: projectOf(body) }
}

/** Blocks as they are always written; an address alone is a block of one. */
function addressesIn(body: JsonObject): readonly string[] | undefined {
  return texts(body, 'addresses')?.map((each) => {
    const block = parseBlock(each)
    if (block !== null) return formatBlock(block)
    const address = parseAddress(each)
    if (address === null) throw bad('addresses', `'${each}' is not a block of addresses`)
    return `${formatAddress(address)}/${lengthOf[address.version]}`
  })
}
