/**
 * Unplugs ports that are plugged into a guest and are not, or not any more, its server's.
 *
 * A host may have plugged a port, died before it said so, and come back when the attachment had been given up. The port is
 * somebody else's by then, or gone. What a server should have is decided while an operation owns it, so nobody plugs in between.
 */
import type { HostName, PortId, ServerId } from '../domain/ids.ts'
import { detachInterface } from '../operations/interfaces.ts'
import { guestPortsOf } from '../operations/ports.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as servers from '../store/compute/servers.ts'
import type { Reader } from '../store/store.ts'
import type { Reconciler } from './loops.ts'
import { beginForCloud, guestsOn, isFree } from './reconciling.ts'
import type { Reconciling } from './reconciling.ts'

export function strayPlugs(ctx: Reconciling, everyMs: number): Reconciler {
  const run = async (): Promise<void> => {
    const all = await ctx.store.read(async (reader) => await hosts.list(reader))
    for (const { name } of all) if (ctx.hosts.isUp(name)) await unplugOn(ctx, name)
  }
  return { name: 'stray plugs', everyMs, run }
}

async function unplugOn(ctx: Reconciling, host: HostName): Promise<void> {
  for (const { server: id, plugged } of (await guestsOn(ctx, host)) ?? []) {
    if (plugged.length === 0) continue
    const stray = await ctx.store.read(async (reader) => await strayOf(reader, id, plugged))
    if (stray === undefined) continue
    await ctx.store.transaction(async (tx) => {
      const server = await servers.find(tx, id)
      if (server === null || server.deletedAt !== null || server.host !== host) return
      if (!(await isFree(tx, server)) || (await strayOf(tx, id, [stray])) === undefined) return
      const params = { serverId: id, host, portId: stray }
      const action = 'detach_interface'
      await beginForCloud(ctx, tx, server, { saga: detachInterface, params, action })
    })
  }
}

/** One that is plugged and is none of the server's. Others are found when it is gone. */
async function strayOf(
  reader: Reader,
  server: ServerId,
  plugged: readonly PortId[],
): Promise<PortId | undefined> {
  const own = new Set((await guestPortsOf(reader, server)).map(({ id }) => id))
  return plugged.find((port) => !own.has(port))
}
