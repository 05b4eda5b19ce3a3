/**
 * What must be true of records when nothing is being done with them any more: ends that are ends, groups that hold, images that
 * are whole. Each query returns what is not so.
 */
import { sql } from 'kysely'
import type { Reader } from '../store.ts'

/** Migrations that are open in a status that ends one, or closed in one that does not. */
export async function halfEndedMoves(
  reader: Reader,
  ended: readonly string[],
): Promise<readonly { readonly id: string; readonly status: string; readonly open: boolean }[]> {
  const rows = await reader
    .selectFrom('migrations')
    .select(['id', 'status', 'open'])
    .where((e) =>
      e.or([
        e.and([e('open', '=', 1), e('status', 'in', ended)]),
        e.and([e('open', 'is', null), e('status', 'not in', ended)]),
      ]),
    )
    .execute()
  return rows.map((row) => ({ ...row, open: row.open === 1 }))
}

export type StrayMove = {
  readonly server: string
  readonly host: string
  readonly migration: string
  readonly status: string
}

/**
 * Idle servers that are on neither end of their last move, or not on the end that its status says. One that was made anew since
 * then may be anywhere. So may one that came back from the shelf since the move began: an evacuation stays open until the host
 * that was lost is clean, and meanwhile its server lives on.
 */
export async function strayMoves(
  reader: Reader,
  ends: { readonly there: readonly string[]; readonly back: readonly string[] },
): Promise<readonly StrayMove[]> {
  const rows = await reader
    .selectFrom('servers')
    .innerJoin('migrations', 'migrations.server_id', 'servers.id')
    .select([
      'servers.id as server',
      'servers.host',
      'migrations.id as migration',
      'migrations.status',
    ])
    .where('servers.alive', '=', 1)
    .where('servers.host', 'is not', null)
    .where('servers.task_state', 'is', null)
    .where('migrations.open', 'is', null)
    .where((e) =>
      e.or([
        e('servers.launched_at', 'is', null),
        e('servers.launched_at', '<', e.ref('migrations.updated_at')),
      ]),
    )
    .where((e) =>
      e(
        'migrations.number',
        '=',
        e
          .selectFrom('migrations as others')
          .select((m) => m.fn.max('others.number').as('last'))
          .whereRef('others.server_id', '=', 'servers.id'),
      ),
    )
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('actions')
            .select('actions.number')
            .whereRef('actions.server_id', '=', 'servers.id')
            .where('actions.name', '=', 'unshelve')
            .whereRef('actions.started_at', '>=', 'migrations.created_at'),
        ),
      ),
    )
    .where((e) => {
      const isAt = (end: 'dest_host' | 'source_host') =>
        e('servers.host', '=', e.ref(`migrations.${end}`))
      return e.not(
        e.or([
          e.and([isAt('dest_host'), e('migrations.status', 'not in', ends.back)]),
          e.and([isAt('source_host'), e('migrations.status', 'not in', ends.there)]),
        ]),
      )
    })
    .execute()
  // The query asks for servers with a host.
  return rows.map((row) => ({ ...row, host: row.host ?? '' }))
}

export type GroupMember = {
  readonly group: string
  readonly policy: string
  readonly rules: string
  readonly host: string
  readonly count: number
}

/** How many members of each group with a strict policy are on each host. */
export async function membersOnHosts(reader: Reader): Promise<readonly GroupMember[]> {
  const rows = await reader
    .selectFrom('servers')
    .innerJoin('server_groups', 'server_groups.id', 'servers.group_id')
    .select((e) => [
      'server_groups.id as group',
      'server_groups.policy',
      'server_groups.rules',
      'servers.host',
      e.fn.countAll<number>().as('count'),
    ])
    .where('servers.alive', '=', 1)
    .where('servers.host', 'is not', null)
    .where('server_groups.policy', 'in', ['affinity', 'anti-affinity'])
    .groupBy(['server_groups.id', 'server_groups.policy', 'server_groups.rules', 'servers.host'])
    .execute()
  // The query asks for servers with a host.
  return rows.map((row) => ({ ...row, host: row.host ?? '', count: Number(row.count) }))
}

/** Hosts whose resource provider is gone. */
export async function hostsWithoutProvider(reader: Reader): Promise<readonly string[]> {
  const rows = await reader
    .selectFrom('hosts')
    .leftJoin('providers', 'providers.id', 'hosts.provider_id')
    .select('hosts.name')
    .where('providers.id', 'is', null)
    .execute()
  return rows.map(({ name }) => name)
}

/** Images that were begun for a server, are not whole, and that nobody is making any more. */
export async function halfMadeImages(
  reader: Reader,
): Promise<readonly { readonly image: string; readonly status: string }[]> {
  return await reader
    .selectFrom('images')
    .select(['images.id as image', 'images.status'])
    .where('images.status', 'in', ['queued', 'saving'])
    .where((e) =>
      e.exists(
        e
          .selectFrom('servers')
          .select('servers.id')
          .where((s) =>
            s(
              'images.properties',
              'like',
              sql<string>`'%"instance_uuid":"' || ${s.ref('servers.id')} || '"%'`,
            ),
          )
          .where((s) =>
            s.not(
              s.exists(
                s
                  .selectFrom('sagas')
                  .select('sagas.id')
                  .where('sagas.active', '=', 1)
                  .where((a) =>
                    a('sagas.subject', '=', sql<string>`'server/' || ${a.ref('servers.id')}`),
                  ),
              ),
            ),
          ),
      ),
    )
    .execute()
}
