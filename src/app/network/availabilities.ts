/** How many addresses networks and their subnets have, and how many of them are taken. It is for operators to know. */
import type { Identity } from '../../domain/identity.ts'
import { parseAddress, sizeOf } from '../../domain/network/address.ts'
import type { Network, Subnet } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import { blockOf, takenBySubnet } from '../../store/network/addresses.ts'
import * as networks from '../../store/network/networks.ts'
import * as subnets from '../../store/network/subnets.ts'
import type { Context } from '../context.ts'
import { isTrusted } from './policy.ts'

export type SubnetAvailability = {
  readonly subnet: Subnet
  readonly total: bigint
  readonly used: number
}
export type NetworkAvailability = {
  readonly network: Network
  readonly subnets: readonly SubnetAvailability[]
}

/** Who is no operator sees none. */
export async function listAvailabilities(
  ctx: Context,
  who: Identity,
): Promise<readonly NetworkAvailability[]> {
  if (!isTrusted(who)) return []
  return await ctx.store.read(async (reader) => {
    const parts = Map.groupBy(await subnets.list(reader, null), ({ networkId }) => networkId)
    const taken = await takenBySubnet(reader)
    return (await networks.list(reader, null)).map((network) => ({
      network,
      subnets: (parts.get(network.id) ?? []).map((subnet) => ({
        subnet,
        total: totalOf(subnet),
        used: taken.get(subnet.id) ?? 0,
      })),
    }))
  })
}

/** @throws `not-found` */
export async function getAvailability(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<NetworkAvailability> {
  const found = (await listAvailabilities(ctx, who)).find(({ network }) => network.id === id)
  if (found !== undefined) return found
  throw problem('not-found', `The network ${id} could not be found.`, { type: 'NetworkNotFound' })
}

/** What its pools hold; without any, its whole block. */
function totalOf(subnet: Subnet): bigint {
  if (subnet.pools.length === 0) return sizeOf(blockOf(subnet))
  return subnet.pools.reduce((sum, { start, end }) => {
    const [first, last] = [parseAddress(start), parseAddress(end)]
    return first === null || last === null ? sum : sum + last.value - first.value + 1n
  }, 0n)
}
