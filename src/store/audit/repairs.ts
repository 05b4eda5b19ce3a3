/**
 * What an audit puts right: what is used of a provider, counted again, and bindings as they were.
 *
 * Each answers what there was before, so that it can be put back.
 */
import { sql } from 'kysely'
import type { PortId, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { tellIndex } from '../placement/telling.ts'
import type { Tx } from '../store.ts'

/** Counts what is used of a class of a provider. Answers what was written there, or null if it was right. */
export async function recountUse(
  tx: Tx,
  at: { readonly provider: string; readonly resourceClass: string },
  now: Instant,
): Promise<{ readonly was: number; readonly is: number } | null> {
  const row = await tx
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .select(['providers.id', 'providers.number', 'inventories.class', 'inventories.used'])
    .where('providers.name', '=', at.provider)
    .where('resource_classes.name', '=', at.resourceClass)
    .executeTakeFirst()
  if (row === undefined) return null
  const held = await tx
    .selectFrom('allocations')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('used'), sql<number>`0`).as('sum'))
    .where('provider', '=', row.number)
    .where('class', '=', row.class)
    .executeTakeFirstOrThrow()
  const is = Number(held.sum)
  if (is === row.used) return null
  await tx
    .updateTable('inventories')
    .set({ used: is })
    .where('provider', '=', row.number)
    .where('class', '=', row.class)
    .execute()
  await tx
    .updateTable('providers')
    .set((e) => ({ generation: e('generation', '+', 1), updated_at: now }))
    .where('number', '=', row.number)
    .execute()
  await tellIndex(tx, [row.id], 'used', now)
  return { was: row.used, is }
}

export type Binding = {
  readonly port: PortId
  readonly host: string
  readonly active: 1 | null
  readonly vnicType: string
  readonly profile: string
}

/** Where the ports of a server are bound. */
export async function bindingsOf(tx: Tx, serverId: ServerId): Promise<readonly Binding[]> {
  const rows = await tx
    .selectFrom('port_bindings')
    .innerJoin('ports', 'ports.id', 'port_bindings.port_id')
    .select(['port_id', 'host', 'active', 'vnic_type', 'profile'])
    .where('ports.device_id', '=', serverId)
    .orderBy('port_id')
    .orderBy('host')
    .execute()
  return rows.map((row) => ({
    // A port is stored under such an id.
    port: row.port_id as PortId,
    host: row.host,
    active: row.active === 1 ? 1 : null,
    vnicType: row.vnic_type,
    profile: row.profile,
  }))
}

/** Puts the bindings of a server's ports back as they were. Ports that have gone meanwhile are left out. */
export async function restoreBindings(
  tx: Tx,
  serverId: ServerId,
  before: readonly Binding[],
): Promise<void> {
  const ports = await tx
    .selectFrom('ports')
    .select('id')
    .where('device_id', '=', serverId)
    .execute()
  const here = new Set<string>(ports.map(({ id }) => id))
  if (here.size === 0) return
  await tx
    .deleteFrom('port_bindings')
    .where('port_id', 'in', [...here])
    .execute()
  const rows = before.filter(({ port }) => here.has(port))
  if (rows.length === 0) return
  await tx
    .insertInto('port_bindings')
    .values(
      rows.map(({ port, host, active, vnicType, profile }) => ({
        port_id: port,
        host,
        active,
        vnic_type: vnicType,
        profile,
      })),
    )
    .execute()
}
