/** Records of hosts. There are few, they change rarely, and whoever needs them all reads them all. */
import type { Selectable } from 'kysely'
import type { Host, HostResources } from '../../domain/host.ts'
import type { HostName, ProviderId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { isAmong } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

export type NewHost = Pick<
  Host,
  'kind' | 'name' | 'providerId' | 'resources' | 'serviceId' | 'zone'
>

/** Makes the host known, or brings what it reported up to date. What operators set is kept. */
export async function register(tx: Tx, host: NewHost, now: Instant): Promise<void> {
  await tx
    .insertInto('hosts')
    .values({
      name: host.name,
      service_id: host.serviceId,
      provider_id: host.providerId,
      zone: host.zone,
      kind: host.kind,
      disabled: 0,
      disabled_reason: null,
      forced_down: 0,
      resources: toJson(host.resources),
      seen_at: now,
      created_at: now,
      updated_at: now,
    })
    .onConflict((c) =>
      c.column('name').doUpdateSet({ resources: toJson(host.resources), seen_at: now }),
    )
    .execute()
  await tell(tx, host.name, now)
}

/** Notes that these hosts answered. Others are not told: nothing about them changed. */
export async function seen(tx: Tx, names: readonly HostName[], now: Instant): Promise<void> {
  if (names.length === 0) return
  const among = isAmong(tx, 'name', toJson(names))
  await tx.updateTable('hosts').set({ seen_at: now }).where(among).execute()
}

export async function find(reader: Reader, name: HostName): Promise<Host | null> {
  const row = await reader
    .selectFrom('hosts')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : toHost(row)
}

/** @throws `not-found` when no host has this name. */
export async function get(reader: Reader, name: HostName): Promise<Host> {
  const host = await find(reader, name)
  if (host === null) {
    throw problem('not-found', `Compute host ${name} could not be found.`, { host: name })
  }
  return host
}

export async function list(reader: Reader): Promise<readonly Host[]> {
  const rows = await reader.selectFrom('hosts').selectAll().orderBy('number').execute()
  return rows.map(toHost)
}

/** What they are called; cheaper than all that is known of them. */
export async function allNames(reader: Reader): Promise<readonly HostName[]> {
  const rows = await reader.selectFrom('hosts').select('name').execute()
  // The column holds names of hosts.
  return rows.map(({ name }) => name as HostName)
}

/** Whether a host can be relied upon, as far as its record says. */
export type HostStanding = Pick<Host, 'disabled' | 'forcedDown' | 'seenAt'>

/** How these hosts stand; one that is not known is not in it. */
export async function standings(
  reader: Reader,
  names: readonly HostName[],
): Promise<ReadonlyMap<HostName, HostStanding>> {
  if (names.length === 0) return new Map()
  const { rows } = await selectStandings(reader, { names: toJson(names) })
  return new Map(
    rows.map((row) => [
      // A host that was asked for.
      row.name as HostName,
      { disabled: row.disabled === 1, forcedDown: row.forced_down === 1, seenAt: row.seen_at },
    ]),
  )
}

const selectStandings = prepared((db, by: { names: string }) =>
  db
    .selectFrom('hosts')
    .select(['name', 'disabled', 'forced_down', 'seen_at'])
    .where(isAmong(db, 'name', by.names)),
)

/** Changes what operators set. */
export async function change(
  tx: Tx,
  name: HostName,
  patch: Partial<Pick<Host, 'disabled' | 'disabledReason' | 'forcedDown' | 'zone'>>,
  now: Instant,
): Promise<void> {
  await tx
    .updateTable('hosts')
    .set({
      updated_at: now,
      ...(patch.disabled === undefined ? {} : { disabled: patch.disabled ? 1 : 0 }),
      ...(patch.disabledReason === undefined ? {} : { disabled_reason: patch.disabledReason }),
      ...(patch.forcedDown === undefined ? {} : { forced_down: patch.forcedDown ? 1 : 0 }),
      ...(patch.zone === undefined ? {} : { zone: patch.zone }),
    })
    .where('name', '=', name)
    .execute()
  await tell(tx, name, now)
}

/** Forgets the host. The database refuses while a server's record names it. */
export async function remove(tx: Tx, name: HostName, now: Instant): Promise<void> {
  await tx.deleteFrom('host_aggregate_members').where('host', '=', name).execute()
  await tx.deleteFrom('hosts').where('name', '=', name).execute()
  await tell(tx, name, now)
}

async function tell(tx: Tx, name: HostName, at: Instant): Promise<void> {
  await changes.record(tx, { topic: 'host', key: name, at })
}

function toHost(row: Selectable<Tables['hosts']>): Host {
  return {
    number: row.number,
    // Written by this file from values of these very types.
    name: row.name as HostName,
    serviceId: row.service_id,
    providerId: row.provider_id as ProviderId,
    zone: row.zone,
    kind: row.kind as Host['kind'],
    disabled: row.disabled === 1,
    disabledReason: row.disabled_reason,
    forcedDown: row.forced_down === 1,
    resources: fromJson<HostResources>(row.resources),
    seenAt: row.seen_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
