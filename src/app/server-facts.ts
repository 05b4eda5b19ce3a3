/** What can be asked of a server and has one answer here: guests have no NUMA nodes, and none has posted a password. */
import type { Identity } from '../domain/identity.ts'
import type { Context } from './context.ts'
import { visibleServer } from './shown-servers.ts'

/** How its memory and processors lie: as one, with no page size of its own. */
export async function showTopology(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<{ readonly nodes: readonly never[]; readonly pageSizeKb: null }> {
  await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'compute:server:topology:index'),
  )
  return { nodes: [], pageSizeKb: null }
}

/** The password that the guest made and encrypted for its owner: empty, for no guest can post one here. */
export async function showPassword(ctx: Context, who: Identity, id: string): Promise<string> {
  await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'os-server-password:show'),
  )
  return ''
}

/** Forgets it. There is nothing to forget, as long as the server is there. */
export async function clearPassword(ctx: Context, who: Identity, id: string): Promise<void> {
  await ctx.store.read(
    async (reader) => await visibleServer(reader, who, id, 'os-server-password:clear'),
  )
}
