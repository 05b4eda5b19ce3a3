/**
 * The audit: every invariant, checked on one snapshot of the records and on what the hosts say they hold.
 *
 * It may run at any time. A server that an operation owns is only asked what holds at every instant; the rest is asked when it
 * is idle again. What hosts hold is listed after the records were read and may have moved on meanwhile, so what looks wrong
 * there is looked at a second time, and only what is wrong both times is told.
 */
import type { Hosts } from '../../agents/hosts.ts'
import type { HostName } from '../../domain/ids.ts'
import { operations } from '../../operations/registry.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { Guest } from '../../drivers/virt-driver.ts'
import type { SagaDefinition } from '../../saga/definition.ts'
import type { OperationKit } from '../../operations/kit.ts'
import * as auditedServers from '../../store/audit/audited-servers.ts'
import * as contradictions from '../../store/audit/contradictions.ts'
import { volumesOfServers } from '../../store/audit/volumes.ts'
import * as hosts from '../../store/compute/hosts.ts'
import type { Context } from '../context.ts'
import { byServer, strayBodies, wrongBodies } from './guests.ts'
import type { Listing } from './guests.ts'
import { flavorReader, violationsOf } from './holdings.ts'
import { wrongRecords } from './records.ts'
import type { Violation } from './violation.ts'

const pageSize = 5_000
const listingDeadlineMs = 10_000

/** What contradicts what. Without a listing hosts are not asked, and only the records are looked at. */
export async function auditRecords(
  ctx: Pick<Context, 'clock' | 'store'>,
  listing: Listing = new Map(),
): Promise<readonly Violation[]> {
  return await ctx.store.read(async (reader) => {
    const found: Violation[] = [...(await wrongRecords(reader, ctx.clock.now()))]
    const flavorOf = flavorReader()
    const roots = await auditedServers.rootsOfHosts(reader)
    const cleanings = await contradictions.cleanings(reader)
    const ground = { roots, flavorOf, quiet: quietOperations() }
    const volumes = await volumesOfServers(reader)
    const belief = { listing, guests: byServer(listing), cleanings, flavorOf, volumes }
    const around = await auditedServers.surroundings(reader, nextTurn)
    const living = new Set<string>()
    for (let behind = 0; ;) {
      const page = await auditedServers.page(reader, around, behind, pageSize)
      const last = page.at(-1)
      if (last === undefined) break
      behind = last.number
      for (const server of page) {
        living.add(server.id)
        for (const violation of violationsOf(server, ground)) found.push(violation)
        for (const violation of wrongBodies(server, belief)) found.push(violation)
      }
      // Others have a turn between two pages of a large cloud.
      if (page.length === pageSize) await nextTurn()
    }
    return [...found, ...heldByTheDead(living, around), ...strayBodies(living, belief)]
  })
}

/** What is held in the name of servers that do not live. */
function heldByTheDead(
  living: ReadonlySet<string>,
  { held }: auditedServers.Surroundings,
): readonly Violation[] {
  const dead = [...held.keys()].filter((server) => !living.has(server))
  return dead.map((server) => ({
    invariant: 'A6',
    subject: server,
    says: `${server} holds something and is no living server`,
    facts: { type: 'INSTANCE' },
  }))
}

/** The whole audit, hosts included. A host that does not answer is left out. */
export async function auditCloud(
  ctx: Pick<Context, 'clock' | 'ids' | 'store'>,
  fleet: Hosts,
): Promise<readonly Violation[]> {
  const first = await auditRecords(ctx, await listHosts(ctx, fleet))
  if (first.length === 0) return []
  const again = await auditRecords(ctx, await listHosts(ctx, fleet))
  const key = ({ invariant, subject }: Violation): string => `${invariant} ${subject}`
  const lasting = new Set(first.map(key))
  return again.filter((violation) => lasting.has(key(violation)))
}

/** What every host that answers holds. */
export async function listHosts(
  ctx: Pick<Context, 'clock' | 'ids' | 'store'>,
  fleet: Hosts,
): Promise<Listing> {
  const names = await ctx.store.read(async (reader) =>
    (await hosts.list(reader)).map(({ name }) => name),
  )
  const lists = await Promise.all(
    names.map(async (name) => [name, await listHost(ctx, fleet, name)] as const),
  )
  return new Map(lists.flatMap(([name, list]) => (list === null ? [] : [[name, list] as const])))
}

async function listHost(
  ctx: Pick<Context, 'clock' | 'ids'>,
  fleet: Hosts,
  host: HostName,
): Promise<readonly Guest[] | null> {
  const id = ctx.ids.uuid()
  const overdue = new AbortController()
  const cancel = ctx.clock.after(listingDeadlineMs, () =>
    overdue.abort(problem('unavailable', 'No answer in time', { host })),
  )
  const call = {
    key: `audit/${id}`,
    operation: id,
    subject: `audit/${host}`,
    epoch: 0,
    signal: overdue.signal,
    deadlineMs: listingDeadlineMs,
  }
  try {
    return await fleet.on(host, call).listGuests()
  } catch (thrown) {
    // Unknown is not absent: whoever reads the listing sees that this host is not in it.
    if (isProblem(thrown)) return null
    throw thrown
  } finally {
    cancel()
  }
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Operations that never show a task. */
function quietOperations(): ReadonlySet<string> {
  return new Set(operations.filter((saga) => !showsTask(saga)).map(({ name }) => name))
}

function showsTask(saga: SagaDefinition): boolean {
  return saga.steps.some(({ spec }) => {
    // Steps of the registry were all written for this kit.
    const shows = spec.shows as OperationKit['shows'] | undefined
    return shows?.task !== undefined && shows.task !== null
  })
}
