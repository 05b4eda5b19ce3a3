/** The ports of a server as its guest has them: its interfaces. */
import type { PortId, ServerId } from '../../domain/ids.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader } from '../store.ts'

/** What a guest must know of them, oldest first. */
export async function interfacesOf(
  reader: Reader,
  serverId: ServerId,
): Promise<
  readonly { readonly id: PortId; readonly mac: string; readonly address: string | null }[]
> {
  const { rows } = await selectInterfaces(reader, { server: serverId })
  // Ports are stored under such ids.
  return rows.map(({ id, mac, address }) => ({ id: id as PortId, mac, address }))
}

const selectInterfaces = prepared((db, by: { server: string }) =>
  db
    .selectFrom('ports')
    .select(['id', 'mac'])
    .select((e) =>
      e
        .selectFrom('port_addresses')
        .select('address')
        .whereRef('port_id', '=', 'ports.id')
        .orderBy('ordinal')
        .limit(1)
        .as('address'),
    )
    .where('device_id', '=', by.server)
    .orderBy('number'),
)
