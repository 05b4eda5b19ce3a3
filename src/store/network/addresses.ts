/**
 * Handing out addresses.
 *
 * Nobody keeps a list of free addresses, and no row counts them: a row that all who want an address must change would make
 * them wait for each other. An address is drawn at random and inserted; the primary key refuses a taken one, and then another
 * is drawn. Only when a subnet is nearly full, and draws keep failing, is the first gap looked for.
 */
import { contains, formatAddress, parseAddress, parseBlock } from '../../domain/network/address.ts'
import type { Block } from '../../domain/network/address.ts'
import { autoconfiguredValue } from '../../domain/network/mac.ts'
import type { FixedIp, Subnet } from '../../domain/network/network.ts'
import {
  addressAt,
  countOf,
  nthPosition,
  positionOf,
  rangesOf,
} from '../../domain/network/pools.ts'
import type { Range } from '../../domain/network/pools.ts'
import type { PortId } from '../../domain/ids.ts'
import { assert, problem } from '../../lib/problem.ts'
import type { Random } from '../../lib/random.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** Draws before the first gap is looked for. With half of the addresses taken, one in a thousand needs more. */
const drawsMax = 10

/** Where an address goes. */
export type Holder = { readonly portId: PortId; readonly mac: string; readonly ordinal: number }

/** Gives any free address of the subnet, or null when there is none. */
export async function takeAny(
  tx: Tx,
  subnet: Subnet,
  holder: Holder,
  random: Random,
): Promise<FixedIp | null> {
  const block = blockOf(subnet)
  if (isAutoconfigured(subnet)) {
    const value = autoconfiguredValue(block, holder.mac)
    return await takeThis(tx, subnet, formatAddress({ version: 6, value }), holder)
  }
  const ranges = rangesOf(block, subnet.pools)
  const count = countOf(ranges)
  if (count === 0) return null
  for (let draw = 0; draw < drawsMax; draw += 1) {
    const position = nthPosition(ranges, random.below(count))
    const taken = await insert(tx, subnet, addressAt(block, position), position, holder)
    if (taken) return { subnetId: subnet.id, address: addressAt(block, position) }
  }
  for (const range of ranges) {
    const position = await firstGap(tx, subnet, range)
    if (position === null) continue
    const address = addressAt(block, position)
    if (await insert(tx, subnet, address, position, holder)) return { subnetId: subnet.id, address }
  }
  return null
}

/** Gives this very address. @throws `conflict` when it is taken, `invalid` when it is not of this subnet. */
export async function takeThis(
  tx: Tx,
  subnet: Subnet,
  address: string,
  holder: Holder,
): Promise<FixedIp> {
  const block = blockOf(subnet)
  const parsed = parseAddress(address)
  if (parsed === null || !contains(block, parsed)) {
    throw problem('invalid', `IP address ${address} is not a valid IP for the specified subnet.`, {
      type: 'InvalidIpForSubnet',
    })
  }
  const canonical = formatAddress(parsed)
  if (await insert(tx, subnet, canonical, positionOf(block, canonical), holder)) {
    return { subnetId: subnet.id, address: canonical }
  }
  throw problem('conflict', `IP address ${canonical} already allocated in subnet ${subnet.id}`, {
    type: 'IpAddressAlreadyAllocated',
    address: canonical,
  })
}

export async function giveBack(tx: Tx, portId: PortId, fixedIp: FixedIp): Promise<void> {
  await tx
    .deleteFrom('port_addresses')
    .where('port_id', '=', portId)
    .where('subnet_id', '=', fixedIp.subnetId)
    .where('address', '=', fixedIp.address)
    .execute()
}

/** How many addresses of the subnet are taken. */
export async function countTaken(reader: Reader, subnetId: string): Promise<number> {
  const { count } = await reader
    .selectFrom('port_addresses')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('subnet_id', '=', subnetId)
    .executeTakeFirstOrThrow()
  return count
}

/** How many addresses are taken, by subnet; one with none is not among them. */
export async function takenBySubnet(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const rows = await reader
    .selectFrom('port_addresses')
    .select((e) => ['subnet_id', e.fn.countAll<number>().as('count')])
    .groupBy('subnet_id')
    .execute()
  return new Map(rows.map((row) => [row.subnet_id, row.count]))
}

/** Whether guests make their addresses up themselves from what routers announce. */
export function isAutoconfigured({ addressMode }: Subnet): boolean {
  return addressMode === 'slaac' || addressMode === 'dhcpv6-stateless'
}

export function blockOf({ cidr }: Subnet): Block {
  const block = parseBlock(cidr)
  assert(block !== null, 'a stored subnet has no valid block', { cidr })
  return block
}

async function insert(
  tx: Tx,
  subnet: Subnet,
  address: string,
  position: number | null,
  { portId, ordinal }: Holder,
): Promise<boolean> {
  const row = { subnet_id: subnet.id, address, position, port_id: portId, ordinal }
  return (await insertAddress(tx, row)).numAffectedRows === 1n
}

const insertAddress = prepared((db, row: Tables['port_addresses']) =>
  db
    .insertInto('port_addresses')
    .values(row)
    .onConflict((on) => on.doNothing()),
)

/** The first free position of a range: its beginning, or right behind a taken one. */
async function firstGap(tx: Tx, subnet: Subnet, { from, to }: Range): Promise<number | null> {
  const beginning = await tx
    .selectFrom('port_addresses')
    .select('position')
    .where('subnet_id', '=', subnet.id)
    .where('position', '=', from)
    .executeTakeFirst()
  if (beginning === undefined) return from
  const row = await tx
    .selectFrom('port_addresses as a')
    .select('a.position')
    .where('a.subnet_id', '=', subnet.id)
    .where('a.position', '>=', from)
    .where('a.position', '<', to)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('port_addresses as b')
            .select('b.position')
            .whereRef('b.subnet_id', '=', 'a.subnet_id')
            .where('b.position', '=', (plus) => plus('a.position', '+', 1)),
        ),
      ),
    )
    .orderBy('a.position')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.position === null ? null : row.position + 1
}
