/** What the host counts of a server's guest, with what the records know of it. */
import type { Diagnostics } from '../domain/diagnostics.ts'
import type { Identity } from '../domain/identity.ts'
import { problem } from '../lib/problem.ts'
import { askHost } from './server-looks.ts'
import type { ServerContext } from './servers/context.ts'
import { visibleServer } from './shown-servers.ts'

/** @throws `conflict` unless the guest runs. */
export async function diagnose(
  ctx: ServerContext,
  who: Identity,
  id: string,
  word: string,
): Promise<Diagnostics> {
  const server = await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'os-server-diagnostics'),
  )
  return await askHost(ctx, server, async (host) => {
    if (server.powerState !== 'running') {
      const message = `Cannot '${word}' instance ${server.id} while it is in power_state ${server.powerState}`
      throw problem('conflict', message, { server: server.id })
    }
    const counts = await host.getDiagnostics(server.id)
    return { ...counts, state: server.powerState, configDrive: server.configDrive }
  })
}
