/**
 * Finding a host for a server and claiming it, in one transaction.
 *
 * The ranking may be made from what was true a moment ago; the claim is checked against the database, and when it does not
 * fit the next host is tried. So a stale view costs a try and never an overcommit.
 */
import type { HostName, ProviderId } from '../domain/ids.ts'
import { excessOf, needOf, traitsOf } from '../domain/need.ts'
import type { Need } from '../domain/need.ts'
import type { Amount, Holder } from '../domain/placement/holding.ts'
import type { FlavorCopy, Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import { place } from '../scheduler/place.ts'
import type { HostView } from '../scheduler/place.ts'
import { explain } from '../scheduler/explanation.ts'
import type { Rejected } from '../scheduler/explanation.ts'
import type { PlacementRequest } from '../scheduler/request.ts'
import { sayReason } from '../scheduler/filters.ts'
import { sayConcession, sayNearMiss, sayOutcome, sayRepair, tallyOf } from '../scheduler/wording.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as sagas from '../store/sagas/reading.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Reader, Tx } from '../store/store.ts'
import { groupRuleOf, hostsOfServers } from './placing-rules.ts'
import { cleaningSubjects } from './kit.ts'

export type Wanted = {
  readonly server: Server
  readonly flavor: FlavorCopy
  readonly only: HostName | null
  readonly excluded: readonly HostName[]
  /** The only host is wanted whatever rules speak against it; there must be room for the server all the same. */
  readonly forced?: boolean
  /** Draws among equals; another seed may choose differently. */
  readonly seed: string
  /** What is held for the same server on a host that may be chosen again; there only the difference is needed. */
  readonly inPlace?: InPlace | null
  /** What the same transaction has claimed so far, by host: what is a moment old does not show it. */
  readonly claimed?: ReadonlyMap<HostName, Need>
}

export type InPlace = {
  readonly host: HostName
  /** Who holds it. Afterwards only what it exceeds the new need by, so that going back never needs room. */
  readonly holder: Holder
  readonly held: Need
}

export type Chosen = {
  readonly host: HostName
  readonly provider: ProviderId
  readonly zone: string
}

export type FleetView = readonly Omit<HostView, 'cleaning'>[]

/** Shows the hosts to choose among. */
export interface Fleet {
  /** Hosts that can probably take the request, as many as are worth ranking. Cheap, and perhaps a moment old. */
  guess(request: PlacementRequest, seed: string): FleetView
  /** Every host, as this reader sees it. */
  truth(reader: Reader): Promise<FleetView>
}

export interface Placing {
  /**
   * Chooses a host and claims what the flavor needs there for the server.
   * @throws `no-capacity` with the reasons of every rejected host.
   */
  choose(tx: Tx, wanted: Wanted, now: Instant): Promise<Chosen>
  /** The zone that a host is in; null for a host that is not known any more. */
  zoneOf(tx: Tx, host: HostName): Promise<string | null>
}

/** Told of every try to claim: it was granted, somebody else was quicker, or there was no host to try. */
export type ClaimTally = (outcome: 'granted' | 'no-host' | 'taken') => void

export function placingOn(fleet: Fleet, tally: ClaimTally = () => {}): Placing {
  return {
    choose: async (tx, wanted, now) => {
      const request = await requestOf(tx, wanted)
      const guess = withoutClaimed(fleet.guess(request, wanted.seed), wanted.claimed)
      const guessed = await claimBest(tx, wanted, request, guess, now, tally)
      if (guessed !== null) return guessed
      const truth = await fleet.truth(tx)
      const found = await claimBest(tx, wanted, request, truth, now, tally)
      if (found === null) {
        tally('no-host')
        throw await noValidHost(tx, wanted, request, truth)
      }
      return found
    },
    zoneOf: async (tx, host) => (await hosts.find(tx, host))?.zone ?? null,
  }
}

function withoutClaimed(views: FleetView, claimed: Wanted['claimed']): FleetView {
  if (claimed === undefined || claimed.size === 0) return views
  return views.map((view) => {
    const taken = Object.entries(claimed.get(view.host) ?? {})
    const left = taken.map(([name, amount]) => [name, (view.free[name] ?? 0) - amount] as const)
    return { ...view, free: { ...view.free, ...Object.fromEntries(left) } }
  })
}

async function claimBest(
  tx: Tx,
  wanted: Wanted,
  request: PlacementRequest,
  views: FleetView,
  now: Instant,
  tally: ClaimTally,
): Promise<Chosen | null> {
  if (views.length === 0) return null
  const cleaning = await cleaningHosts(tx, wanted)
  const seen = views.map((view) => ({
    ...view,
    free: freeFor(wanted, view),
    cleaning: cleaning.has(view.host),
  }))
  for (const host of place({ hosts: seen }, request, wanted.seed).ranked) {
    const claimed = await claimOn(tx, wanted, request.need, host, now)
    tally(claimed ? 'granted' : 'taken')
    if (claimed) return { host: host.host, provider: host.provider, zone: host.zone }
  }
  return null
}

/** What is free on a host, with what is held there for this very server. */
function freeFor({ inPlace }: Wanted, view: FleetView[number]): Need {
  if (inPlace == null || inPlace.host !== view.host) return view.free
  const held = Object.entries(inPlace.held)
  const freed = held.map(([name, amount]) => [name, (view.free[name] ?? 0) + amount] as const)
  return { ...view.free, ...Object.fromEntries(freed) }
}

async function claimOn(
  tx: Tx,
  { server, inPlace }: Wanted,
  need: Need,
  on: { readonly host: HostName; readonly provider: ProviderId },
  now: Instant,
): Promise<boolean> {
  const own = inPlace?.host === on.host ? inPlace : null
  if (own !== null) await holdings.release(tx, own.holder.id, now)
  const amounts = amountsOn(on.provider, need)
  const refused = (await holdings.tryClaim(tx, holderOf(server), amounts, now)) !== null
  if (own !== null) {
    const kept = refused ? own.held : excessOf(own.held, need)
    await holdings.restore(tx, own.holder, amountsOn(on.provider, kept), now)
  }
  return !refused
}

/** A need as amounts of one provider. */
export function amountsOn(provider: ProviderId, need: Need): readonly Amount[] {
  return Object.entries(need).map(([resourceClass, amount]) => ({
    provider,
    resourceClass,
    amount,
  }))
}

/** The server as one who holds. */
export function holderOf(server: Server): Holder {
  return { kind: 'server', id: server.id, projectId: server.projectId, userId: server.userId }
}

async function requestOf(tx: Tx, wanted: Wanted): Promise<PlacementRequest> {
  const { server, flavor } = wanted
  if (wanted.forced === true) return forcedOnto(wanted)
  const ofFlavor = traitsOf(flavor.extraSpecs)
  const ofImage = traitsOf(server.imageProperties)
  return {
    need: needOf(flavor),
    requiredTraits: [...ofFlavor.required, ...ofImage.required],
    forbiddenTraits: [...ofFlavor.forbidden, ...ofImage.forbidden],
    zone: server.pinnedZone,
    only: wanted.only,
    excluded: new Set(wanted.excluded),
    group: await groupRuleOf(tx, server),
    sameHosts: await hostsOfServers(tx, server.schedulerHints['same_host']),
    differentHosts:
      (await hostsOfServers(tx, server.schedulerHints['different_host'])) ?? new Set(),
  }
}

/** What cannot be done without, and none of the rules by which hosts are chosen. */
function forcedOnto({ flavor, only, excluded }: Wanted): PlacementRequest {
  return {
    need: needOf(flavor),
    requiredTraits: [],
    forbiddenTraits: [],
    zone: null,
    only,
    excluded: new Set(excluded),
    forced: true,
    group: null,
    sameHosts: null,
    differentHosts: new Set(),
  }
}

async function cleaningHosts(tx: Tx, { server }: Wanted): Promise<ReadonlySet<string>> {
  const subjects = await sagas.activeSubjects(tx, cleaningSubjects(server.id))
  return new Set(subjects.map((subject) => subject.split('/')[1] ?? ''))
}

/** Says of every host why it will not do. */
async function noValidHost(
  tx: Tx,
  wanted: Wanted,
  request: PlacementRequest,
  views: FleetView,
): Promise<Error> {
  const cleaning = await cleaningHosts(tx, wanted)
  const seen = views.map((view) => ({
    ...view,
    free: freeFor(wanted, view),
    cleaning: cleaning.has(view.host),
  }))
  const explained = explain({ hosts: seen }, request, wanted.seed)
  const { rejected, nearMisses, concession, repair } = explained
  return problem('no-capacity', 'No valid host was found. There are not enough hosts available.', {
    outcome: sayOutcome(explained, seen.length),
    reasons: tallyOf(rejected).map(({ hosts: count, text }) => `${count} ${text}`),
    nearest: nearMisses.slice(0, nearMissesShownMax).map(sayNearMiss),
    change: [
      ...(concession === null ? [] : [sayConcession(concession)]),
      ...(repair === null ? [] : [sayRepair(repair)]),
    ],
    rejected: summary(rejected),
  })
}

const nearMissesShownMax = 3
const rejectionsShownMax = 20

function summary(rejected: readonly Rejected[]): readonly string[] {
  const lines = rejected
    .slice(0, rejectionsShownMax)
    .map(({ host, reasons }) => `${host}: ${reasons.map(sayReason).join('; ')}`)
  const more = rejected.length - lines.length
  return more > 0 ? [...lines, `and ${more} more`] : lines
}
