/** Why a host cannot be chosen. Each filter answers a reason as data, or null. Cheap and common ones come first. */
import { never } from '../lib/problem.ts'
import type { HostView } from './place.ts'
import type { PlacementRequest } from './request.ts'

export type Reason =
  | { readonly kind: 'not-named'; readonly named: string }
  | { readonly kind: 'excluded' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'down' }
  | { readonly kind: 'cleaning' }
  | { readonly kind: 'zone'; readonly wanted: string; readonly zone: string }
  | { readonly kind: 'lacks-trait'; readonly trait: string }
  | { readonly kind: 'has-trait'; readonly trait: string }
  | { readonly kind: 'same-host' }
  | { readonly kind: 'different-host' }
  | { readonly kind: 'affinity' }
  | { readonly kind: 'anti-affinity'; readonly members: number; readonly perHostMax: number }
  | {
      readonly kind: 'resources'
      readonly resourceClass: string
      readonly needed: number
      readonly free: number
      readonly total: number
    }

export type Filter = (host: HostView, request: PlacementRequest) => Reason | null

const isNamed: Filter = (host, { only }) =>
  only === null || only === host.host ? null : { kind: 'not-named', named: only }

const isNotExcluded: Filter = (host, { excluded }) =>
  excluded.has(host.host) ? { kind: 'excluded' } : null

const isEnabled: Filter = (host, { forced }) =>
  host.disabled && forced !== true ? { kind: 'disabled' } : null

const isUp: Filter = (host) => (host.up ? null : { kind: 'down' })

const isClean: Filter = (host) => (host.cleaning ? { kind: 'cleaning' } : null)

const isInZone: Filter = (host, { zone }) =>
  zone === null || zone === host.zone ? null : { kind: 'zone', wanted: zone, zone: host.zone }

export const hasTraits: Filter = (host, { requiredTraits, forbiddenTraits }) => {
  const lacking = requiredTraits.find((trait) => !host.traits.has(trait))
  if (lacking !== undefined) return { kind: 'lacks-trait', trait: lacking }
  const unwanted = forbiddenTraits.find((trait) => host.traits.has(trait))
  return unwanted === undefined ? null : { kind: 'has-trait', trait: unwanted }
}

const followsHints: Filter = (host, { sameHosts, differentHosts }) => {
  if (differentHosts.has(host.host)) return { kind: 'different-host' }
  return sameHosts === null || sameHosts.has(host.host) ? null : { kind: 'same-host' }
}

const suitsGroup: Filter = (host, { group }) => {
  if (group === null) return null
  const members = group.members.get(host.host) ?? 0
  if (group.policy === 'affinity') {
    return group.members.size === 0 || members > 0 ? null : { kind: 'affinity' }
  }
  if (group.policy === 'anti-affinity' && members >= group.perHostMax) {
    return { kind: 'anti-affinity', members, perHostMax: group.perHostMax }
  }
  return null
}

export const hasRoom: Filter = (host, { need }) => {
  for (const [resourceClass, needed] of Object.entries(need)) {
    const free = host.free[resourceClass] ?? 0
    const total = host.total[resourceClass] ?? 0
    if (needed > free || needed > total) {
      return { kind: 'resources', resourceClass, needed, free, total }
    }
  }
  return null
}

export const filters: readonly Filter[] = [
  isNamed,
  isNotExcluded,
  isEnabled,
  isUp,
  isClean,
  isInZone,
  hasTraits,
  followsHints,
  suitsGroup,
  hasRoom,
]

/** The reason in a few words, for admins. */
export function sayReason(reason: Reason): string {
  switch (reason.kind) {
    case 'not-named':
      return `only ${reason.named} was asked for`
    case 'excluded':
      return 'it was tried before, or is where the server comes from'
    case 'disabled':
      return 'its compute service is disabled'
    case 'down':
      return 'its compute service is down'
    case 'cleaning':
      return 'it is still being cleaned of what an earlier move left'
    case 'zone':
      return `it is in zone ${reason.zone}, not ${reason.wanted}`
    case 'lacks-trait':
      return `it lacks trait ${reason.trait}`
    case 'has-trait':
      return `it has forbidden trait ${reason.trait}`
    case 'same-host':
      return 'none of the servers to be near is there'
    case 'different-host':
      return 'a server to be away from is there'
    case 'affinity':
      return 'the other members of the server group are elsewhere'
    case 'anti-affinity':
      return `it has ${reason.members} of at most ${reason.perHostMax} members of the server group`
    case 'resources':
      return reason.needed > reason.total
        ? `it has ${reason.total} ${reason.resourceClass} in all, ${reason.needed} are needed`
        : `it has ${reason.free} ${reason.resourceClass} free, ${reason.needed} are needed`
    default:
      return never(reason)
  }
}
