/**
 * Shares of file systems that are attached to servers.
 *
 * There is no service for shares here: one is taken to exist when somebody names it, and lies where its id says. What Compute
 * keeps of it, and when it may be attached and taken away, is as with one.
 */
import type { Identity } from '../domain/identity.ts'
import type { Server } from '../domain/server.ts'
import type { AttachedShare } from '../domain/share.ts'
import { problem } from '../lib/problem.ts'
import * as servers from '../store/compute/servers.ts'
import * as shares from '../store/compute/shares.ts'
import type { Reader } from '../store/store.ts'
import type { RequestContext } from './context.ts'
import { note } from './servers/context.ts'
import type { ServerContext } from './servers/context.ts'
import { namedServer } from './shown-servers.ts'

export type ShareShown = AttachedShare & {
  readonly status: 'active' | 'attaching' | 'inactive'
  /** Whether the viewer may see where it lies. */
  readonly isOperator: boolean
}

export async function listShares(
  ctx: ServerContext,
  who: Identity,
  id: string,
): Promise<readonly ShareShown[]> {
  return await ctx.store.read(async (reader) => {
    const server = await namedServer(reader, who, id, 'os-server-shares:index')
    const found = await shares.ofServer(reader, server.id)
    return found.map((share) => shown(share, server, who))
  })
}

/** @throws `not-found` when the server has no such share. */
export async function showShare(
  ctx: ServerContext,
  who: Identity,
  id: string,
  shareId: string,
): Promise<ShareShown> {
  return await ctx.store.read(async (reader) => {
    const server = await namedServer(reader, who, id, 'os-server-shares:show')
    return shown(await attached(reader, server, shareId), server, who)
  })
}

/** @throws `conflict` unless the server is stopped, or when it has the share or the tag. */
export async function attachShare(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: { readonly shareId: string; readonly tag: string | null },
): Promise<ShareShown> {
  return await ctx.store.transaction(async (tx) => {
    await namedServer(tx, who, id, 'os-server-shares:create')
    const server = await servers.hold(tx, id as Server['id']) // it was found by this very text
    refuseUnlessStopped(server, 'create share')
    const { shareId, tag } = wish
    const share = { id: ctx.ids.uuid(), serverId: server.id, shareId, tag: tag ?? shareId }
    if (!(await shares.add(tx, share, ctx.clock.now()))) {
      const message = `Share '${shareId}' already associated to this server.`
      throw problem('conflict', message, { share: shareId, tag: share.tag })
    }
    await note(ctx, tx, who, request, server, 'attach_share', null)
    return { ...shown(share, server, who), status: 'attaching' }
  })
}

/** @throws `conflict` unless the server is stopped. */
export async function detachShare(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  shareId: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    await namedServer(tx, who, id, 'os-server-shares:delete')
    const server = await servers.hold(tx, id as Server['id']) // it was found by this very text
    refuseUnlessStopped(server, 'delete share')
    await shares.remove(tx, (await attached(tx, server, shareId)).id)
    await note(ctx, tx, who, request, server, 'detach_share', null)
  })
}

async function attached(reader: Reader, server: Server, shareId: string): Promise<AttachedShare> {
  const all = await shares.ofServer(reader, server.id)
  const share = all.find((each) => each.shareId === shareId)
  if (share !== undefined) return share
  throw problem('not-found', `Share ${shareId} could not be found.`, { share: shareId })
}

/** A guest that runs has it; one that does not will have it. */
function shown(share: AttachedShare, server: Server, who: Identity): ShareShown {
  const status = server.powerState === 'running' ? 'active' : 'inactive'
  return { ...share, status, isOperator: who.roles.has('admin') }
}

function refuseUnlessStopped({ id, vmState }: Server, word: string): void {
  if (vmState === 'stopped') return
  const message = `Cannot '${word}' instance ${id} while it is in vm_state ${vmState}`
  throw problem('conflict', message, { server: id, vmState })
}
