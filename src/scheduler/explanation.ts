/**
 * Why a request fits nowhere, or where it does: what a person asks when the answer was "no valid host".
 *
 * Choosing stops at a host's first reason; explaining wants them all, because only then it can say how far away a host is. A
 * host that is short of nothing but resources is a near miss. The smallest change is looked for on both sides: what the
 * request would have to give up, and what an operator would have to do.
 */
import type { HostName } from '../domain/ids.ts'
import { filters, hasRoom, hasTraits } from './filters.ts'
import type { Filter, Reason } from './filters.ts'
import { place } from './place.ts'
import type { HostView, Snapshot } from './place.ts'
import type { PlacementRequest } from './request.ts'

/** Amounts by resource class. */
type Amounts = Readonly<Record<string, number>>

export type Rejected = { readonly host: HostName; readonly reasons: readonly Reason[] }

/** Hosts that lack nothing but exactly these amounts. */
export type NearMiss = { readonly hosts: readonly HostName[]; readonly lacks: Amounts }

/** What the host is like, and could not be. */
export type Obstacle = Of<'cleaning' | 'disabled' | 'down' | 'lacks-trait'>

/** What the request insists on, and could not. */
export type Condition = Exclude<Reason, Of<'cleaning' | 'disabled' | 'down' | 'resources'>>

type Of<K extends Reason['kind']> = Extract<Reason, { readonly kind: K }>

/** With this the host would fit: conditions that the request drops, and the most it may ask of some classes. */
export type Concession = {
  readonly host: HostName
  readonly drop: readonly Condition[]
  readonly atMost: Amounts
}

/** With this the request would fit on the host: what stands in the way there, and what would have to become free. */
export type Repair = {
  readonly host: HostName
  readonly remedy: readonly Obstacle[]
  readonly free: Amounts
}

export type Explanation = {
  /** Hosts that fit, best first. */
  readonly fits: readonly HostName[]
  readonly rejected: readonly Rejected[]
  /** Closest first. */
  readonly nearMisses: readonly NearMiss[]
  readonly concession: Concession | null
  readonly repair: Repair | null
}

export function explain(snapshot: Snapshot, request: PlacementRequest, seed: string): Explanation {
  const { ranked } = place(snapshot, request, seed)
  const rejected = snapshot.hosts
    .map((host) => ({ host: host.host, reasons: reasonsOf(host, request) }))
    .filter(({ reasons }) => reasons.length > 0)
  return {
    fits: ranked.map(({ host }) => host),
    rejected,
    nearMisses: nearMissesIn(rejected),
    concession: ranked.length > 0 ? null : cheapest(rejected.map(concessionFor)),
    repair: ranked.length > 0 ? null : cheapest(rejected.map((each) => repairFor(each, request))),
  }
}

/** Every reason, where a filter answers the first: each trait and each class is asked for by itself. */
export function reasonsOf(host: HostView, request: PlacementRequest): readonly Reason[] {
  const bare = { ...request, need: {}, requiredTraits: [], forbiddenTraits: [] }
  const alone = (filter: Filter, demand: Partial<PlacementRequest>): Reason | null =>
    filter(host, { ...bare, ...demand })
  return [
    ...filters.map((filter) => filter(host, bare)),
    ...request.requiredTraits.map((trait) => alone(hasTraits, { requiredTraits: [trait] })),
    ...request.forbiddenTraits.map((trait) => alone(hasTraits, { forbiddenTraits: [trait] })),
    ...Object.entries(request.need).map(([resourceClass, amount]) =>
      alone(hasRoom, { need: { [resourceClass]: amount } }),
    ),
  ].filter((reason) => reason !== null)
}

type Shortage = Of<'resources'>

/** What one server could still get of the class there. */
export function roomFor({ free, total }: Shortage): number {
  return Math.max(0, Math.min(free, total))
}

function nearMissesIn(rejected: readonly Rejected[]): readonly NearMiss[] {
  const groups = new Map<string, { hosts: HostName[]; lacks: Amounts; distance: number }>()
  for (const { host, reasons } of rejected) {
    const short = shortagesIn(reasons)
    if (short.length < reasons.length) continue
    const lacks = amounts(short, (each) => each.needed - roomFor(each))
    const key = JSON.stringify(lacks)
    const group = groups.get(key) ?? { hosts: [], lacks, distance: sum(short, shareLacking) }
    group.hosts.push(host)
    groups.set(key, group)
  }
  return [...groups.values()]
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ hosts, lacks }) => ({ hosts, lacks }))
}

type Priced<T> = { readonly change: T; readonly price: number } | null

/** A host that is out of service cannot be had by asking for less; nor can a server have nothing of what it needs. */
function concessionFor({ host, reasons }: Rejected): Priced<Concession> {
  const short = shortagesIn(reasons)
  const drop = reasons.filter(isCondition)
  const possible = drop.length + short.length === reasons.length
  if (!possible || short.some((each) => roomFor(each) === 0)) return null
  return {
    change: { host, drop, atMost: amounts(short, roomFor) },
    price: drop.length + sum(short, shareLacking),
  }
}

/** What the request excludes no operator can change; nor can a host be made larger than it is. */
function repairFor(
  { host, reasons }: Rejected,
  { forbiddenTraits }: PlacementRequest,
): Priced<Repair> {
  const short = shortagesIn(reasons)
  const remedy = reasons.filter(isObstacle)
  const possible = remedy.length + short.length === reasons.length
  if (!possible || short.some(({ needed, total }) => needed > total)) return null
  if (remedy.some((each) => 'trait' in each && forbiddenTraits.includes(each.trait))) return null
  return {
    change: { host, remedy, free: amounts(short, (each) => each.needed - each.free) },
    price: remedy.length + sum(short, shareLacking),
  }
}

function isObstacle(reason: Reason): reason is Obstacle {
  return isOutOfService(reason) || reason.kind === 'lacks-trait'
}

function isCondition(reason: Reason): reason is Condition {
  return !isOutOfService(reason) && reason.kind !== 'resources'
}

function isOutOfService({ kind }: Reason): boolean {
  return kind === 'disabled' || kind === 'down' || kind === 'cleaning'
}

function cheapest<T>(offers: readonly Priced<T>[]): T | null {
  const possible = offers.filter((offer) => offer !== null)
  return possible.toSorted((a, b) => a.price - b.price)[0]?.change ?? null
}

function shortagesIn(reasons: readonly Reason[]): readonly Shortage[] {
  return reasons.filter((reason) => reason.kind === 'resources')
}

/** Which part of what is needed is missing: makes amounts of different classes comparable. */
function shareLacking(short: Shortage): number {
  return (short.needed - roomFor(short)) / short.needed
}

function amounts(short: readonly Shortage[], of: (short: Shortage) => number): Amounts {
  return Object.fromEntries(short.map((each) => [each.resourceClass, of(each)]))
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
