/** Host aggregates and which hosts are in them. There are few: a list is all of them. */
import type { Selectable } from 'kysely'
import type { Aggregate } from '../../domain/aggregate.ts'
import type { AggregateId, HostName } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import type { Reader, Tx } from '../store.ts'
import type { ComputeTables } from '../tables/compute.ts'

/** @throws `not-found`. */
export async function get(reader: Reader, number: number): Promise<Aggregate> {
  const row = await reader
    .selectFrom('host_aggregates')
    .selectAll()
    .where('number', '=', number)
    .executeTakeFirst()
  if (row === undefined) {
    throw problem('not-found', `Aggregate ${number} could not be found.`, { aggregate: number })
  }
  return toAggregate(row, await hostsOf(reader))
}

export async function all(reader: Reader): Promise<readonly Aggregate[]> {
  const rows = await reader.selectFrom('host_aggregates').selectAll().orderBy('number').execute()
  const hosts = await hostsOf(reader)
  return rows.map((row) => toAggregate(row, hosts))
}

/** @throws `conflict` when the name is taken. */
export async function insert(
  tx: Tx,
  aggregate: Pick<Aggregate, 'id' | 'name' | 'metadata'>,
  now: Instant,
): Promise<Aggregate> {
  await refuseName(tx, aggregate.name, null)
  const row = await tx
    .insertInto('host_aggregates')
    .values({
      id: aggregate.id,
      name: aggregate.name,
      metadata: toJson(aggregate.metadata),
      created_at: now,
      updated_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toAggregate(row, new Map())
}

/** @throws `conflict` when the new name is taken. */
export async function change(
  tx: Tx,
  aggregate: Aggregate,
  patch: Partial<Pick<Aggregate, 'name' | 'metadata'>>,
  now: Instant,
): Promise<Aggregate> {
  const next = { ...aggregate, ...patch, updatedAt: now }
  await refuseName(tx, next.name, aggregate.number)
  await tx
    .updateTable('host_aggregates')
    .set({ name: next.name, metadata: toJson(next.metadata), updated_at: now })
    .where('number', '=', aggregate.number)
    .execute()
  for (const host of aggregate.hosts) await tell(tx, host, now)
  return next
}

export async function remove(tx: Tx, aggregate: Aggregate): Promise<void> {
  await tx.deleteFrom('host_aggregate_members').where('aggregate', '=', aggregate.number).execute()
  await tx.deleteFrom('host_aggregates').where('number', '=', aggregate.number).execute()
}

export async function addHost(
  tx: Tx,
  aggregate: Aggregate,
  host: HostName,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('host_aggregate_members')
    .values({ aggregate: aggregate.number, host })
    .execute()
  await tell(tx, host, now)
}

export async function removeHost(
  tx: Tx,
  aggregate: Aggregate,
  host: HostName,
  now: Instant,
): Promise<void> {
  await tx
    .deleteFrom('host_aggregate_members')
    .where('aggregate', '=', aggregate.number)
    .where('host', '=', host)
    .execute()
  await tell(tx, host, now)
}

async function refuseName(tx: Tx, name: string, except: number | null): Promise<void> {
  const taken = await tx
    .selectFrom('host_aggregates')
    .select('number')
    .where('name', '=', name)
    .executeTakeFirst()
  if (taken !== undefined && taken.number !== except) {
    throw problem('conflict', `Aggregate ${name} already exists.`, { aggregate: name })
  }
}

/** What a host may run depends on its aggregates, so a change of them is a change of the host. */
async function tell(tx: Tx, host: HostName, at: Instant): Promise<void> {
  await changes.record(tx, { topic: 'host', key: host, at })
}

async function hostsOf(reader: Reader): Promise<ReadonlyMap<number, readonly HostName[]>> {
  const rows = await reader
    .selectFrom('host_aggregate_members')
    .selectAll()
    .orderBy('host')
    .execute()
  const hosts = new Map<number, HostName[]>()
  for (const { aggregate, host } of rows) {
    // Written by `addHost`, which takes nothing else.
    hosts.set(aggregate, [...(hosts.get(aggregate) ?? []), host as HostName])
  }
  return hosts
}

function toAggregate(
  row: Selectable<ComputeTables['host_aggregates']>,
  hosts: ReadonlyMap<number, readonly HostName[]>,
): Aggregate {
  return {
    // Written by `insert`, which takes nothing else.
    id: row.id as AggregateId,
    number: row.number,
    name: row.name,
    metadata: fromJson<Record<string, string>>(row.metadata),
    hosts: hosts.get(row.number) ?? [],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
