/** Servers by where they rest, for those who look after them when nobody asks. */
import type { HostName } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import type { VmState } from '../../domain/states.ts'
import type { Reader, Tx } from '../store.ts'
import { toServers } from './servers.ts'

/** Living servers that rest in a state. */
export async function resting(reader: Reader, vmState: VmState): Promise<readonly Server[]> {
  const rows = await reader
    .selectFrom('servers')
    .selectAll()
    .where('alive', '=', 1)
    .where('vm_state', '=', vmState)
    .orderBy('number')
    .execute()
  return await toServers(reader, rows)
}

/** Takes a host that is to go out of the history of deleted servers. */
export async function forgetHost(tx: Tx, host: HostName): Promise<void> {
  await tx
    .updateTable('servers')
    .set({ host: null })
    .where('host', '=', host)
    .where('alive', 'is', null)
    .execute()
}
