/**
 * Choosing hosts: a pure function of a snapshot, a request and a seed.
 *
 * Every host is either ranked or rejected with a reason, as data. The same snapshot, request and seed give the same answer,
 * so that a placement can be replayed.
 */
import type { HostName, ProviderId } from '../domain/ids.ts'
import { seededRandom } from '../lib/random.ts'
import type { PlacementRequest } from './request.ts'
import { filters } from './filters.ts'
import type { Reason } from './filters.ts'
import { scoreOf } from './weighers.ts'

/** What is known of one host when it is considered. Free amounts are after overcommit. */
export type HostView = {
  readonly host: HostName
  readonly provider: ProviderId
  readonly zone: string
  readonly up: boolean
  readonly disabled: boolean
  readonly traits: ReadonlySet<string>
  readonly free: Readonly<Record<string, number>>
  readonly total: Readonly<Record<string, number>>
  /** Something of this server is still being cleaned up there, so it cannot go there yet. */
  readonly cleaning: boolean
}

export type Snapshot = { readonly hosts: readonly HostView[] }

export type Rejection = { readonly host: HostName; readonly why: Reason }

export type Ranking = {
  /** Best first. */
  readonly ranked: readonly HostView[]
  readonly rejected: readonly Rejection[]
}

export function place(snapshot: Snapshot, request: PlacementRequest, seed: string): Ranking {
  const rejected: Rejection[] = []
  const fitting = snapshot.hosts.filter((host) => {
    const why = firstReason(host, request)
    if (why !== null) rejected.push({ host: host.host, why })
    return why === null
  })
  return { ranked: rank(fitting, request, seed), rejected }
}

function firstReason(host: HostView, request: PlacementRequest): Reason | null {
  for (const filter of filters) {
    const why = filter(host, request)
    if (why !== null) return why
  }
  return null
}

/** Equals are shuffled by the seed, so that requests at the same time do not all want the same host. */
function rank(
  hosts: readonly HostView[],
  request: PlacementRequest,
  seed: string,
): readonly HostView[] {
  const random = seededRandom(seed)
  return hosts
    .map((host) => ({ host, score: scoreOf(host, request), tie: random.next() }))
    .toSorted((a, b) => b.score - a.score || a.tie - b.tie)
    .map(({ host }) => host)
}
