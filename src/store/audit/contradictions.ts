/**
 * Rows that contradict other rows. Each query returns what violates one invariant; that it returns nothing is the pass.
 *
 * Some of this the database refuses by itself. It is asked all the same: an audit that trusts the schema cannot find a
 * database that was restored in parts, or edited by hand.
 */
import { sql } from 'kysely'
import type { Instant } from '../../lib/clock.ts'
import type { Reader } from '../store.ts'

/**
 * What holds without being alive: consumers with the id of a server or a migration that is over. Those that hold in the name of a
 * server are found with the servers.
 */
export async function deadHolders(
  reader: Reader,
): Promise<readonly { readonly consumer: string; readonly type: string | null }[]> {
  return await reader
    .selectFrom('consumers')
    .leftJoin('servers', 'servers.id', 'consumers.id')
    .leftJoin('migrations', 'migrations.id', 'consumers.id')
    .select(['consumers.id as consumer', 'consumers.type'])
    .where('consumers.server_id', 'is', null)
    .where((e) => e.or([e('servers.id', 'is not', null), e('migrations.id', 'is not', null)]))
    .where('servers.alive', 'is', null)
    .where('migrations.open', 'is', null)
    .execute()
}

/** Consumers of servers and migrations that are charged to somebody else than their owner. */
export async function wrongOwners(
  reader: Reader,
): Promise<readonly { readonly consumer: string; readonly project: string }[]> {
  return await reader
    .selectFrom('consumers')
    .leftJoin('migrations', 'migrations.id', 'consumers.migration_id')
    .innerJoin('servers', (join) =>
      join.on((e) =>
        e('servers.id', '=', e.fn.coalesce('consumers.server_id', 'migrations.server_id')),
      ),
    )
    .select(['consumers.id as consumer', 'consumers.project_id as project'])
    .where((e) =>
      e.or([
        e('consumers.project_id', '!=', e.ref('servers.project_id')),
        e('consumers.user_id', '!=', e.ref('servers.user_id')),
      ]),
    )
    .execute()
}

export type WrongSum = {
  readonly provider: string
  readonly resourceClass: string
  readonly used: number
  readonly sum: number
}

/** Inventories whose `used` is not the sum of their allocations. */
export async function wrongSums(reader: Reader): Promise<readonly WrongSum[]> {
  const rows = await reader
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .leftJoin(
      (e) =>
        e
          .selectFrom('allocations')
          .select((a) => ['provider', 'class', a.fn.sum<number>('used').as('sum')])
          .groupBy(['provider', 'class'])
          .as('sums'),
      (join) =>
        join
          .onRef('sums.provider', '=', 'inventories.provider')
          .onRef('sums.class', '=', 'inventories.class'),
    )
    .select((e) => [
      'providers.name as provider',
      'resource_classes.name as resourceClass',
      'inventories.used',
      e.fn.coalesce('sums.sum', sql<number>`0`).as('sum'),
    ])
    .where((e) => e('inventories.used', '!=', e.fn.coalesce('sums.sum', sql<number>`0`)))
    .execute()
  return rows.map((row) => ({ ...row, sum: Number(row.sum) }))
}

/** Open moves that no operation drives and that wait for nobody. */
export async function abandonedMigrations(
  reader: Reader,
  waiting: readonly string[],
): Promise<readonly { readonly id: string; readonly server: string; readonly status: string }[]> {
  return await reader
    .selectFrom('migrations')
    .select(['migrations.id', 'migrations.server_id as server', 'migrations.status'])
    .where('open', '=', 1)
    .where('status', 'not in', waiting)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('sagas')
            .select('sagas.id')
            .where('sagas.active', '=', 1)
            .where((s) =>
              s('sagas.subject', '=', sql<string>`'server/' || ${s.ref('migrations.server_id')}`),
            ),
        ),
      ),
    )
    .execute()
}

/** Servers with more than one open move. */
export async function movedTwice(
  reader: Reader,
): Promise<readonly { readonly server: string; readonly count: number }[]> {
  const rows = await reader
    .selectFrom('migrations')
    .select((e) => ['server_id as server', e.fn.countAll<number>().as('count')])
    .where('open', '=', 1)
    .groupBy('server_id')
    .having((e) => e.fn.countAll(), '>', 1)
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** Open moves of servers that were deleted. */
export async function movesOfTheDead(
  reader: Reader,
): Promise<readonly { readonly id: string; readonly server: string }[]> {
  return await reader
    .selectFrom('migrations')
    .innerJoin('servers', 'servers.id', 'migrations.server_id')
    .select(['migrations.id', 'migrations.server_id as server'])
    .where('migrations.open', '=', 1)
    .where('servers.alive', 'is', null)
    .execute()
}

/** Servers in error of which nobody can read why. */
export async function unexplainedErrors(reader: Reader): Promise<readonly string[]> {
  const rows = await reader
    .selectFrom('servers')
    .select('id')
    .where('alive', '=', 1)
    .where('vm_state', '=', 'error')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('faults')
            .select('faults.number')
            .whereRef('faults.server_id', '=', 'servers.id')
            .where('faults.message', '!=', ''),
        ),
      ),
    )
    .execute()
  return rows.map(({ id }) => id)
}

/** Events that never came to an end although their operation has. */
export async function unfinishedEvents(
  reader: Reader,
): Promise<
  readonly { readonly saga: string; readonly step: string; readonly direction: string }[]
> {
  return await reader
    .selectFrom('saga_log')
    .innerJoin('sagas', 'sagas.id', 'saga_log.saga_id')
    .select(['sagas.id as saga', 'saga_log.step', 'saga_log.direction'])
    .where('saga_log.outcome', '=', 'started')
    .where('sagas.active', 'is', null)
    .execute()
}

/** Operations that nobody has driven since that instant. */
export async function ownerless(
  reader: Reader,
  since: Instant,
): Promise<readonly { readonly id: string; readonly name: string; readonly subject: string }[]> {
  return await reader
    .selectFrom('sagas')
    .select(['id', 'name', 'subject'])
    .where('active', '=', 1)
    .where('lease_until', '<', since)
    .execute()
}

export type WrongBinding = {
  readonly port: string
  readonly server: string
  readonly host: string | null
  readonly bound: string | null
}

/** Ports of idle servers that are not bound to the host of their server, or to another one besides. */
export async function wrongBindings(reader: Reader): Promise<readonly WrongBinding[]> {
  return await reader
    .selectFrom('ports')
    .innerJoin('servers', 'servers.id', 'ports.device_id')
    .leftJoin('port_bindings', 'port_bindings.port_id', 'ports.id')
    .select([
      'ports.id as port',
      'servers.id as server',
      'servers.host',
      'port_bindings.host as bound',
    ])
    .where('servers.alive', '=', 1)
    .where('servers.task_state', 'is', null)
    .where((e) =>
      e.or([
        e.and([e('servers.host', 'is', null), e('port_bindings.host', 'is not', null)]),
        e.and([
          e('servers.host', 'is not', null),
          e.or([
            e('port_bindings.host', 'is', null),
            e('port_bindings.host', '!=', e.ref('servers.host')),
            e('port_bindings.active', 'is', null),
          ]),
        ]),
      ]),
    )
    .execute()
}

/** Where cleanings are under way, by the subjects of their operations. */
export async function cleanings(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader
    .selectFrom('sagas')
    .select('subject')
    .where('active', '=', 1)
    .where('subject', 'like', 'cleaning/%')
    .execute()
  return new Set(rows.map(({ subject }) => subject))
}
