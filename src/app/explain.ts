/**
 * Explaining a placement: why a server of that kind would fit nowhere, or where it would go. Nothing is claimed.
 *
 * Operators see hosts; everybody else sees what of the own request stands in the way, and nothing of hosts.
 */
import type { Flavor } from '../domain/flavor.ts'
import type { Identity } from '../domain/identity.ts'
import type { HostName } from '../domain/ids.ts'
import { needOf, traitsOf } from '../domain/need.ts'
import { problem } from '../lib/problem.ts'
import { wholeFleet } from '../operations/fleet.ts'
import { explain } from '../scheduler/explanation.ts'
import type { Concession, Explanation } from '../scheduler/explanation.ts'
import { sayReason } from '../scheduler/filters.ts'
import type { PlacementRequest } from '../scheduler/request.ts'
import {
  sayConcession,
  sayConcessionPlainly,
  sayNearMiss,
  sayOutcome,
  sayRepair,
  tallyForTenants,
  tallyOf,
} from '../scheduler/wording.ts'
import type { Tally } from '../scheduler/wording.ts'
import * as flavors from '../store/compute/flavors.ts'
import type { Reader } from '../store/store.ts'
import { isOperator, operatorsOnly } from './operator.ts'
import type { ServerContext } from './servers/context.ts'

/** A request that need not exist: a flavor's, if one is named, with what is said besides. */
export type PlacementWish = {
  readonly flavor: string | null
  /** By resource class; in place of what the flavor says of the same class. */
  readonly amounts: Readonly<Record<string, number>>
  readonly requiredTraits: readonly string[]
  readonly forbiddenTraits: readonly string[]
  readonly zone: string | null
  readonly host: string | null
}

/** What a tenant may know. */
export type PlainlyExplained = {
  readonly audience: 'tenant'
  readonly request: PlacementRequest
  readonly fits: boolean
  /** What hosts are like on which it does not fit. */
  readonly reasons: readonly string[]
  /** The least that the request would have to give up, where that would do. */
  readonly concession: { readonly atMost: Concession['atMost']; readonly text: string } | null
}

export type Explained = {
  readonly audience: 'operator'
  readonly request: PlacementRequest
  /** How many hosts were looked at. */
  readonly hosts: number
  readonly explanation: Explanation
  readonly tally: readonly Tally[]
  /** The explanation in sentences. */
  readonly words: {
    readonly outcome: string
    readonly nearMisses: readonly string[]
    readonly concession: string | null
    readonly repair: string | null
    /** By rejected host, in the same order. */
    readonly rejected: readonly (readonly string[])[]
  }
}

/**
 * @throws `invalid` when nothing is asked for, or the flavor does not exist; `forbidden` for a named host where hosts are nobody's
 *   business, or without a project.
 */
export async function explainPlacement(
  ctx: ServerContext,
  who: Identity,
  wish: PlacementWish,
): Promise<Explained | PlainlyExplained> {
  const seesHosts = isOperator(who)
  if (!seesHosts && (wish.host !== null || who.projectId === null)) operatorsOnly(who)
  return await ctx.store.read(async (reader) => {
    const request = await requestOf(reader, wish, who)
    const views = await wholeFleet(reader, ctx.isHostUp)
    // A server that does not exist yet has left nothing behind anywhere.
    const snapshot = { hosts: views.map((view) => ({ ...view, cleaning: false })) }
    const explanation = explain(snapshot, request, 'explain')
    return seesHosts ? worded(request, explanation, views.length) : plainly(request, explanation)
  })
}

function plainly(
  request: PlacementRequest,
  { fits, rejected, concession }: Explanation,
): PlainlyExplained {
  const text = concession === null ? '' : sayConcessionPlainly(concession)
  return {
    audience: 'tenant',
    request,
    fits: fits.length > 0,
    // Where it fits, why it does not fit elsewhere is about hosts and not about the request.
    reasons: fits.length > 0 ? [] : tallyForTenants(rejected),
    concession: concession === null ? null : { atMost: concession.atMost, text },
  }
}

function worded(request: PlacementRequest, explanation: Explanation, hosts: number): Explained {
  const { nearMisses, concession, repair, rejected } = explanation
  return {
    audience: 'operator',
    request,
    hosts,
    explanation,
    tally: tallyOf(rejected),
    words: {
      outcome: sayOutcome(explanation, hosts),
      nearMisses: nearMisses.map(sayNearMiss),
      concession: concession === null ? null : sayConcession(concession),
      repair: repair === null ? null : sayRepair(repair),
      rejected: rejected.map(({ reasons }) => reasons.map(sayReason)),
    },
  }
}

async function requestOf(
  reader: Reader,
  wish: PlacementWish,
  who: Identity,
): Promise<PlacementRequest> {
  const flavor = wish.flavor === null ? null : await flavorNamed(reader, wish.flavor, who)
  const need = { ...(flavor === null ? {} : needOf(flavor)), ...wish.amounts }
  const asked = Object.entries(need).filter(([, amount]) => amount > 0)
  if (asked.length === 0) {
    throw problem('invalid', 'Say what is needed: a flavor, or amounts such as vcpus and memory_mb')
  }
  const ofFlavor = traitsOf(flavor?.extraSpecs ?? {})
  return {
    need: Object.fromEntries(asked),
    requiredTraits: [...ofFlavor.required, ...wish.requiredTraits],
    forbiddenTraits: [...ofFlavor.forbidden, ...wish.forbiddenTraits],
    zone: wish.zone,
    // A name that no host has is a reason against every host.
    only: wish.host as HostName | null,
    excluded: new Set(),
    group: null,
    sameHosts: null,
    differentHosts: new Set(),
  }
}

async function flavorNamed(reader: Reader, id: string, who: Identity): Promise<Flavor> {
  const isOwn = !isOperator(who) && who.projectId !== null
  const flavor = await flavors.find(reader, id, isOwn ? { projectId: who.projectId } : 'all')
  if (flavor === null) throw problem('invalid', `There is no flavor ${id}`, { flavor: id })
  return flavor
}
