/**
 * Placing the servers of one request together: each of them gets a host, or none does.
 *
 * The first of them that is still to be built claims for all, in one transaction: when one finds no place, nothing is claimed.
 * The others wait until it has, and either find where they are or learn from its operation that there is no room. Only a first
 * try is made together; a server whose host refuses it looks for the next one alone.
 */
import type { HostName, ServerId } from '../domain/ids.ts'
import { needOf } from '../domain/need.ts'
import type { Need } from '../domain/need.ts'
import type { Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import { problemOf } from '../lib/problem.ts'
import { notYet } from '../saga/not-yet.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Tx } from '../store/store.ts'
import { serverSubject } from './kit.ts'
import type { Chosen, Placing, Wanted } from './placing.ts'

/** How long others wait before they look again, in ms: it takes the first one a transaction. */
const lookEveryMs = 100

type Together = {
  /** Every server of the request, in the order in which they were asked for. */
  readonly members: readonly ServerId[]
  readonly placing: Placing
  readonly only: HostName | null
  readonly seed: string
  /** The operation that builds them. */
  readonly building: string
}

/** Where a server goes, and its record that says so. */
export type Placed = { readonly chosen: Chosen; readonly hosted: Server }

/**
 * Where the server goes, once all have a place.
 * @throws `NotYet`, or `no-capacity` when there is no room for all.
 */
export async function placeTogether(
  tx: Tx,
  own: Server,
  { members, placing, only, seed, building }: Together,
  now: Instant,
): Promise<Placed> {
  if (own.host !== null) return { chosen: await placeOf(tx, own.host), hosted: own }
  const index = members.indexOf(own.id)
  await othersFirst(tx, members.slice(0, index), building, now)
  const rest = await stillToPlace(tx, members.slice(index + 1))
  const claimed = new Map<HostName, Need>()
  const place = async (server: Server): Promise<Placed> => {
    const { flavor } = server
    const wanted: Wanted = { server, flavor, only, excluded: [], seed, claimed }
    const chosen = await placing.choose(tx, wanted, now)
    const { host, zone } = chosen
    claimed.set(host, sumOf(claimed.get(host) ?? {}, needOf(flavor)))
    return { chosen, hosted: await servers.change(tx, server, { host, zone }, now) }
  }
  const placed = await place(own)
  for (const server of rest) await place(server)
  return placed
}

async function placeOf(tx: Tx, name: HostName): Promise<Chosen> {
  const { name: host, providerId: provider, zone } = await hosts.get(tx, name)
  return { host, provider, zone }
}

/** Lets pass when none of those before is going to place all. */
async function othersFirst(
  tx: Tx,
  before: readonly ServerId[],
  building: string,
  now: Instant,
): Promise<void> {
  for (const id of before) {
    const server = await servers.find(tx, id)
    // One that is to be deleted places nobody.
    if (server === null || server.deletedAt !== null || server.deleteRequested) continue
    const build = (await sagas.listOf(tx, serverSubject(id))).find(({ name }) => name === building)
    if (build?.active === true) throw notYet(now + lookEveryMs)
    // What ended for another reason, its ports for one, says nothing about room.
    if (build?.problem?.kind === 'no-capacity') throw problemOf(build.problem)
  }
}

/** Those that come after it, held in their order, as far as they are still to be built. */
async function stillToPlace(tx: Tx, after: readonly ServerId[]): Promise<readonly Server[]> {
  const found: Server[] = []
  for (const id of after) {
    const seen = await servers.find(tx, id)
    if (seen === null || seen.deletedAt !== null) continue
    const server = await servers.hold(tx, id)
    const isOver = server.deleteRequested || server.vmState !== 'building'
    if (!isOver && server.host === null) found.push(server)
  }
  return found
}

function sumOf(one: Need, other: Need): Need {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]))
}
