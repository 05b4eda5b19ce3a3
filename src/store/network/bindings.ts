/**
 * On which hosts ports are.
 *
 * A port has one active binding at most. During a live migration it has a second, inactive one on the destination, which
 * becomes the active one when the guest has moved. Every function may run twice.
 */
import type { HostName, PortId, ServerId } from '../../domain/ids.ts'
import { sql } from 'kysely'
import { toJson } from '../../lib/json.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Tx } from '../store.ts'

/** Puts ports on a host: its binding is the active one, and there is no other. */
export async function bind(tx: Tx, portIds: readonly PortId[], host: HostName): Promise<void> {
  if (portIds.length === 0) return
  await tx.deleteFrom('port_bindings').where('port_id', 'in', portIds).execute()
  await insert(tx, portIds, host, 1)
  await setStatus(tx, portIds, 'ACTIVE')
}

/** Puts all ports of a server on a host, in the same way. */
export async function bindServer(tx: Tx, serverId: ServerId, host: HostName): Promise<void> {
  await deleteOfServer(tx, { server: serverId })
  await insertForServer(tx, { server: serverId, host, profile: toJson({}) })
  await activateOfServer(tx, { server: serverId })
}

const deleteOfServer = prepared((db, by: { server: string }) =>
  db
    .deleteFrom('port_bindings')
    .where('port_id', 'in', (e) =>
      e.selectFrom('ports').select('id').where('device_id', '=', by.server),
    ),
)

const insertForServer = prepared((db, by: { server: string; host: string; profile: string }) =>
  db
    .insertInto('port_bindings')
    .columns(['port_id', 'host', 'active', 'vnic_type', 'profile'])
    .expression((e) =>
      e
        .selectFrom('ports')
        .select([
          'id',
          sql<string>`cast(${by.host} as text)`.as('host'),
          sql<number>`1`.as('active'),
          sql<string>`'normal'`.as('vnic_type'),
          sql<string>`cast(${by.profile} as text)`.as('profile'),
        ])
        .where('device_id', '=', by.server),
    ),
)

const activateOfServer = prepared((db, by: { server: string }) =>
  db
    .updateTable('ports')
    .set((e) => ({ status: 'ACTIVE', revision: e('revision', '+', 1) }))
    .where('device_id', '=', by.server)
    .where('status', '!=', 'ACTIVE'),
)

/** Takes ports off whatever hosts they are on. */
export async function unbind(tx: Tx, portIds: readonly PortId[]): Promise<void> {
  if (portIds.length === 0) return
  await tx.deleteFrom('port_bindings').where('port_id', 'in', portIds).execute()
  await setStatus(tx, portIds, 'DOWN')
}

/** Prepares a second binding, which does not count yet. A port that is on the host already stays as it is. */
export async function addInactive(
  tx: Tx,
  portIds: readonly PortId[],
  host: HostName,
): Promise<void> {
  if (portIds.length > 0) await insert(tx, portIds, host, null)
}

/** Makes the binding on this host the one that counts; the other one stays, inactive, until it is removed. */
export async function activate(tx: Tx, portIds: readonly PortId[], host: HostName): Promise<void> {
  if (portIds.length === 0) return
  const own = tx.updateTable('port_bindings').where('port_id', 'in', portIds)
  await own.set({ active: null }).execute()
  await own.set({ active: 1 }).where('host', '=', host).execute()
}

/** Removes the bindings on one host, whatever they were. */
export async function removeOn(tx: Tx, portIds: readonly PortId[], host: HostName): Promise<void> {
  if (portIds.length === 0) return
  await tx
    .deleteFrom('port_bindings')
    .where('port_id', 'in', portIds)
    .where('host', '=', host)
    .execute()
}

/** Says whether ports carry traffic. */
async function setStatus(
  tx: Tx,
  portIds: readonly PortId[],
  status: 'ACTIVE' | 'DOWN',
): Promise<void> {
  if (portIds.length === 0) return
  await tx
    .updateTable('ports')
    .set((e) => ({ status, revision: e('revision', '+', 1) }))
    .where('id', 'in', portIds)
    .where('status', '!=', status)
    .execute()
}

async function insert(
  tx: Tx,
  portIds: readonly PortId[],
  host: HostName,
  active: 1 | null,
): Promise<void> {
  const bound = { host, active, vnic_type: 'normal', profile: toJson({}) }
  await tx
    .insertInto('port_bindings')
    .values(portIds.map((port_id) => ({ port_id, ...bound })))
    .onConflict((on) => on.doNothing())
    .execute()
}
