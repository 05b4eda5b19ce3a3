/**
 * The hosts to choose among: a guess from memory, and the truth from the database.
 *
 * The guess looks at hosts from a place drawn by the seed until it has seen enough that fit: on a large fleet a placement
 * costs the same as on a small one, and requests at the same time begin in different places. Rules that only few hosts can
 * meet (a named host, affinity) look at those hosts alone.
 */
import type { Host } from '../domain/host.ts'
import type { HostName } from '../domain/ids.ts'
import type { Log } from '../lib/log.ts'
import { seededRandom } from '../lib/random.ts'
import type { ProviderIndex } from '../placement/index/provider-index.ts'
import { none } from '../placement/index/forest.ts'
import type { LiveIndex } from '../placement/live-index.ts'
import type { PlacementRequest } from '../scheduler/request.ts'
import * as hosts from '../store/compute/hosts.ts'
import { stocksOf } from '../store/placement/host-stocks.ts'
import type { Reader, Store } from '../store/store.ts'
import type { Fleet, FleetView } from './placing.ts'

/** Fitting hosts that are ranked at most for one request. */
const worthRanking = 64

export type FleetParts = {
  readonly store: Store
  readonly index: LiveIndex
  readonly isHostUp: (host: HostName) => boolean
  readonly log: Log
}

export type OpenFleet = Fleet & { close(): void }

/** Reads the hosts, and reads them again whenever one changes. */
export async function openFleet({ store, index, isHostUp, log }: FleetParts): Promise<OpenFleet> {
  let directory = new Map<HostName, Host>()
  const read = async (): Promise<void> => {
    const all = await store.read(hosts.list)
    directory = new Map(all.map((host) => [host.name, host]))
  }
  const unsubscribe = store.subscribe('host', () => {
    read().catch((thrown: unknown) => {
      // The truth is still asked for whenever the guess does not do.
      log.warn('the list of hosts could not be read', { cause: String(thrown) })
    })
  })
  await read()
  return {
    guess: (request, seed) => {
      const wanted = wantedHosts(request)
      const among = wanted === null ? [...directory.values()] : named(directory, wanted)
      return sample(index.peek(), among, request, seed, isHostUp)
    },
    truth: async (reader) => await wholeFleet(reader, isHostUp),
    close: unsubscribe,
  }
}

/** Every host as the database has it; its cost grows with the number of hosts. */
export async function wholeFleet(
  reader: Reader,
  isHostUp: (host: HostName) => boolean,
): Promise<FleetView> {
  const all = await hosts.list(reader)
  const providers = all.map((host) => host.providerId)
  const stocks = await stocksOf(reader, providers)
  return all.map((host) => ({
    ...described(host, isHostUp),
    traits: stocks.get(host.providerId)?.traits ?? new Set(),
    free: stocks.get(host.providerId)?.free ?? {},
    total: stocks.get(host.providerId)?.total ?? {},
  }))
}

/** The only hosts that the request can go to, where its rules name them. */
function wantedHosts({ only, sameHosts, group }: PlacementRequest): Iterable<HostName> | null {
  if (only !== null) return [only]
  if (sameHosts !== null) return sameHosts
  const together =
    group !== null && group.policy.endsWith('affinity') && !group.policy.includes('anti')
  return together && group.members.size > 0 ? group.members.keys() : null
}

function named(directory: ReadonlyMap<HostName, Host>, names: Iterable<HostName>): readonly Host[] {
  return [...names].flatMap((name) => directory.get(name) ?? [])
}

function sample(
  index: ProviderIndex,
  among: readonly Host[],
  request: PlacementRequest,
  seed: string,
  isHostUp: (host: HostName) => boolean,
): FleetView {
  const need = Object.entries(request.need).map(([name, amount]) => ({
    name,
    number: index.classes.find(name),
    amount,
  }))
  const traits = traitsIn(index)
  const found: FleetView[number][] = []
  const first = among.length === 0 ? 0 : seededRandom(`${seed}/first`).below(among.length)
  for (let i = 0; i < among.length && found.length < worthRanking; i += 1) {
    const host = among[(first + i) % among.length]
    if (host === undefined || host.disabled || host.forcedDown) continue
    if (request.zone !== null && request.zone !== host.zone) continue
    const slot = index.forest.find(host.providerId)
    if (slot === none || !need.every((each) => hasRoom(index, slot, each))) continue
    const free: Record<string, number> = {}
    const total: Record<string, number> = {}
    for (const { name, number } of need) {
      const stock = index.stocks.find(slot, number)
      total[name] = index.stocks.capacityOf(stock)
      free[name] = index.stocks.capacityOf(stock) - index.stocks.usedOf(stock)
    }
    found.push({ ...described(host, isHostUp), traits: traits(slot), free, total })
  }
  return found
}

function hasRoom(
  { stocks }: ProviderIndex,
  slot: number,
  each: { readonly number: number; readonly amount: number },
): boolean {
  const stock = stocks.find(slot, each.number)
  return stock !== none && stocks.hasRoom(stock, each.amount)
}

/** The traits of a slot, by name. Hosts of a kind have the same, which are collected once. */
function traitsIn(index: ProviderIndex): (slot: number) => ReadonlySet<string> {
  const collected = new Map<number, ReadonlySet<string>>()
  return (slot) => {
    const set = index.traitSets.setOf(slot)
    const names = collected.get(set) ?? new Set<string>(index.traitNames(set))
    collected.set(set, names)
    return names
  }
}

function described(
  host: Host,
  isHostUp: (host: HostName) => boolean,
): Pick<FleetView[number], 'disabled' | 'host' | 'provider' | 'up' | 'zone'> {
  return {
    host: host.name,
    provider: host.providerId,
    zone: host.zone,
    up: !host.forcedDown && isHostUp(host.name),
    disabled: host.disabled,
  }
}
