/**
 * Fleets of providers as data, the same for Berth and for its peer.
 *
 * - flat: each provider is a host, and has everything itself.
 * - nested: a host is a tree of three levels, as one with two NUMA nodes is: the disk is the root's, cores and memory are the
 *   nodes', and on each node are two cards with virtual functions.
 */
import { standardTraits } from '../../src/domain/placement/standard-traits.ts'
import { derivedUuid } from '../../src/lib/ids.ts'

export type Shape = 'flat' | 'nested'

export type Fleet = {
  readonly shape: Shape
  /** Providers altogether; a nested host is seven of them. */
  readonly providers: number
  /** Each holds a little of one host. */
  readonly consumers: number
}

export type FleetProvider = {
  /** From 1 on. */
  readonly number: number
  readonly parent: number | null
  readonly root: number
  readonly traits: readonly string[]
  readonly stocks: readonly FleetStock[]
}

export type FleetStock = {
  readonly resourceClass: string
  readonly total: number
  readonly maxUnit: number
  readonly used: number
}

/** What one consumer holds on one provider. */
export type Held = {
  readonly provider: number
  readonly resourceClass: string
  readonly amount: number
}

type Level = { readonly below: number | null; readonly amounts: Readonly<Record<string, number>> }

/** By the place in the tree of a host: whom it is below, and what a consumer holds of it when it is the first of its kind. */
const levels: Readonly<Record<Shape, readonly Level[]>> = {
  flat: [{ below: null, amounts: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 } }],
  nested: [
    { below: null, amounts: { DISK_GB: 1 } },
    { below: 0, amounts: { VCPU: 1, MEMORY_MB: 512 } },
    { below: 1, amounts: { SRIOV_NET_VF: 1 } },
    { below: 1, amounts: { SRIOV_NET_VF: 1 } },
    { below: 0, amounts: { VCPU: 1, MEMORY_MB: 512 } },
    { below: 4, amounts: { SRIOV_NET_VF: 1 } },
    { below: 4, amounts: { SRIOV_NET_VF: 1 } },
  ],
}

/** What every provider has room for, beside what is held already. */
const room = 10_000_000

/** The id of a provider, by its place from 0 on. */
export function providerId(place: number): string {
  return derivedUuid('provider', String(place))
}

export function consumerId(number: number): string {
  return derivedUuid('consumer', String(number))
}

/** How many trees there are. */
export function hostsOf({ shape, providers }: Fleet): number {
  return Math.ceil(providers / levels[shape].length)
}

export function providersOf(fleet: Fleet): readonly FleetProvider[] {
  const tree = levels[fleet.shape]
  return Array.from({ length: fleet.providers }, (_, place) => {
    const host = Math.floor(place / tree.length)
    const root = host * tree.length + 1
    const at = place - host * tree.length
    const below = tree[at]?.below ?? null
    const consumers = isHeld(fleet.shape, at) ? consumersOn(fleet, host) : 0
    return {
      number: place + 1,
      parent: below === null ? null : root + below,
      root,
      traits: at === 0 ? carriedTraits(host) : [],
      stocks: Object.entries(tree[at]?.amounts ?? {}).map(([resourceClass, amount]) => ({
        resourceClass,
        total: amount * consumers + room,
        maxUnit: room,
        used: amount * consumers,
      })),
    }
  })
}

/** What a consumer (from 1 on) holds: of everything a host has, the first there is. */
export function heldBy(fleet: Fleet, consumer: number): readonly Held[] {
  return claimOn(fleet, consumer % hostsOf(fleet))
}

/** What can be claimed of a host. */
export function claimOn({ shape, providers }: Fleet, host: number): readonly Held[] {
  const tree = levels[shape]
  return tree.flatMap(({ amounts }, at) => {
    const provider = host * tree.length + at + 1
    if (!isHeld(shape, at) || provider > providers) return []
    return Object.entries(amounts).map(([resourceClass, amount]) => ({
      provider,
      resourceClass,
      amount,
    }))
  })
}

/** A consumer holds something of the first provider of each level. */
function isHeld(shape: Shape, at: number): boolean {
  return shape === 'flat' || at < 3
}

function consumersOn(fleet: Fleet, host: number): number {
  const hosts = hostsOf(fleet)
  const rest = fleet.consumers % hosts
  // Consumers are counted from 1 on, so the host at 0 is the last to get one.
  return Math.floor(fleet.consumers / hosts) + (host > 0 && host <= rest ? 1 : 0)
}

/** There are some generations of hardware, with forty traits each. */
function carriedTraits(host: number): readonly string[] {
  return standardTraits.slice((host % 5) * 40, (host % 5) * 40 + 40)
}
