/**
 * Making a host known: its record, and its resource provider with what it has to offer.
 *
 * A host that comes back brings what it reported up to date; what operators set, and what is placed there, stays.
 */
import { defaultZone } from '../../domain/host.ts'
import type { Host, HostResources } from '../../domain/host.ts'
import type { HostName, ProviderId } from '../../domain/ids.ts'
import { inventoryDefaults } from '../../domain/placement/inventory.ts'
import type { Inventory } from '../../domain/placement/inventory.ts'
import type { Provider } from '../../domain/placement/provider.ts'
import type { Instant } from '../../lib/clock.ts'
import * as hosts from '../../store/compute/hosts.ts'
import { offering } from '../../store/compute/offered.ts'
import type { Offers } from '../../store/compute/offered.ts'
import * as classes from '../../store/placement/classes.ts'
import * as inventories from '../../store/placement/inventories.ts'
import * as providers from '../../store/placement/providers.ts'
import * as traits from '../../store/placement/traits.ts'
import type { Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'

export type NewHost = {
  readonly name: HostName
  readonly kind: Host['kind']
  readonly resources: HostResources
}

/** How much more may be placed on a host than it physically has, as in Nova. */
const ratios: Readonly<Record<string, number>> = { VCPU: 4, MEMORY_MB: 1, DISK_GB: 1 }

export async function registerHosts(ctx: Context, list: readonly NewHost[]): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const now = ctx.clock.now()
    const unchanged = await unchangedOf(tx, list)
    await hosts.seen(tx, [...unchanged], now)
    for (const host of list) if (!unchanged.has(host.name)) await registerOne(ctx, tx, host, now)
  })
}

/** Those that report what is on record already. Of hosts many are alike, so each kind is looked for once. */
async function unchangedOf(tx: Tx, list: readonly NewHost[]): Promise<ReadonlySet<HostName>> {
  const kinds = Map.groupBy(list, ({ resources }) => resources)
  const unchanged = new Set<HostName>()
  for (const [resources, alike] of kinds) {
    const same = await offering(tx, resources, offersOf(resources))
    for (const { name } of alike) if (same.has(name)) unchanged.add(name)
  }
  return unchanged
}

async function registerOne(ctx: Context, tx: Tx, host: NewHost, now: Instant): Promise<void> {
  const known = await hosts.find(tx, host.name)
  // Random like every id of a provider.
  const providerId = known?.providerId ?? (ctx.ids.uuid() as ProviderId)
  const provider =
    (await providers.find(tx, providerId)) ??
    (await providers.insert(tx, { id: providerId, name: host.name, parent: null }, now))
  const changed = [
    await offer(tx, provider, host.resources, now),
    await characterize(tx, provider, host.resources.traits, now),
  ].includes(true)
  if (changed) await providers.bump(tx, [provider.number], now)
  await hosts.register(
    tx,
    {
      ...host,
      providerId,
      serviceId: known?.serviceId ?? ctx.ids.uuid(),
      zone: known?.zone ?? defaultZone,
    },
    now,
  )
}

function offersOf({ vcpus, memoryMb, diskGb }: HostResources): Offers {
  return { VCPU: vcpus, MEMORY_MB: memoryMb, DISK_GB: diskGb }
}

/** @returns whether that changed anything. */
async function offer(
  tx: Tx,
  provider: Provider,
  resources: HostResources,
  now: Instant,
): Promise<boolean> {
  const offers = offersOf(resources)
  const numbers = await classes.numbersOf(tx, Object.keys(offers))
  const before = await inventories.ofProvider(tx, provider)
  let changed = false
  for (const [name, total] of Object.entries(offers)) {
    const classNumber = numbers.get(name)
    if (classNumber === undefined) continue
    const stock = before.find((each) => each.resourceClass === name)
    const inventory: Inventory = {
      ...inventoryDefaults,
      total,
      maxUnit: total,
      allocationRatio: ratios[name] ?? 1,
    }
    if (stock === undefined) await inventories.insert(tx, provider, classNumber, inventory, now)
    // An operator may have changed the ratio or reserved something; only what the host is made of is the host's to say.
    else if (stock.inventory.total !== total) {
      const grown = { ...stock.inventory, total, maxUnit: total }
      await inventories.update(tx, provider, classNumber, grown, now)
    } else continue
    changed = true
  }
  return changed
}

async function characterize(
  tx: Tx,
  provider: Provider,
  names: readonly string[],
  now: Instant,
): Promise<boolean> {
  const own = await traits.ofProvider(tx, provider)
  const reported = await Promise.all(names.map(async (name) => await traits.get(tx, name)))
  // Traits that operators added stay: they say what the host is for.
  const added = own.filter(({ name }) => !names.includes(name))
  return await traits.assign(tx, provider, [...reported, ...added], now)
}
