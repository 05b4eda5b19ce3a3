/** Where the other members of a server group are, for whoever places one more. */
import type { HostName, ServerId } from '../../domain/ids.ts'
import { fromJson } from '../../lib/json.ts'
import { holding } from '../dialect/dialect.ts'
import type { Tx } from '../store.ts'

export type GroupTerms = { readonly policy: string; readonly perHostMax: number }

/**
 * The terms of a group, held until the transaction ends: two members that are placed at the same time see each other. Null
 * when the group is gone, which it may be while it has members.
 */
export async function holdGroup(tx: Tx, groupId: string): Promise<GroupTerms | null> {
  const query = tx.selectFrom('server_groups').select(['policy', 'rules']).where('id', '=', groupId)
  const group = await holding(tx, query).executeTakeFirst()
  if (group === undefined) return null
  const rules = fromJson<{ readonly max_server_per_host?: number }>(group.rules)
  return { policy: group.policy, perHostMax: rules.max_server_per_host ?? 1 }
}

/** How many other members each host has. One in the middle of a move counts where it is and where it may be. */
export async function membersByHost(
  tx: Tx,
  groupId: string,
  except: ServerId,
): Promise<ReadonlyMap<HostName, number>> {
  const rows = await tx
    .selectFrom('servers')
    .leftJoin('migrations', (join) =>
      join.onRef('migrations.server_id', '=', 'servers.id').on('migrations.open', '=', 1),
    )
    .select(['servers.host', 'migrations.source_host', 'migrations.dest_host'])
    .where('servers.group_id', '=', groupId)
    .where('servers.alive', '=', 1)
    .where('servers.id', '!=', except)
    .execute()
  const members = new Map<HostName, number>()
  for (const row of rows) {
    for (const name of new Set([row.host, row.source_host, row.dest_host])) {
      // Hosts are stored under such names.
      const host = name as HostName | null
      if (host !== null) members.set(host, (members.get(host) ?? 0) + 1)
    }
  }
  return members
}
