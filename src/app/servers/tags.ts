/** Tags of a server: words that it can be found by. */
import type { Identity } from '../../domain/identity.ts'
import type { Rule } from '../../domain/policy.ts'
import type { Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import * as servers from '../../store/compute/servers.ts'
import { allowed } from '../../domain/server-actions.ts'
import { namedServer } from '../shown-servers.ts'
import type { ServerContext } from './context.ts'

export const tagsMax = 50

export async function listTags(
  ctx: ServerContext,
  who: Identity,
  id: string,
): Promise<readonly string[]> {
  return await ctx.store.read(
    async (reader) => (await namedServer(reader, who, id, 'os-server-tags:index')).tags,
  )
}

/** @throws `not-found` when it does not have the tag. */
export async function checkTag(
  ctx: ServerContext,
  who: Identity,
  id: string,
  tag: string,
): Promise<void> {
  await ctx.store.read(async (reader) => {
    const server = await namedServer(reader, who, id, 'os-server-tags:show')
    if (!server.tags.includes(tag)) throw noTag(server, tag)
  })
}

/** @returns the tags as they are then, each once, in the order of the alphabet. */
export async function replaceTags(
  ctx: ServerContext,
  who: Identity,
  id: string,
  tags: readonly string[],
): Promise<readonly string[]> {
  return await changed(ctx, who, id, 'os-server-tags:update_all', () => tags)
}

export async function clearTags(ctx: ServerContext, who: Identity, id: string): Promise<void> {
  await changed(ctx, who, id, 'os-server-tags:delete_all', () => [])
}

/** @returns false when it had the tag before. */
export async function addTag(
  ctx: ServerContext,
  who: Identity,
  id: string,
  tag: string,
): Promise<boolean> {
  let isNew = false
  await changed(ctx, who, id, 'os-server-tags:update', ({ tags }) => {
    isNew = !tags.includes(tag)
    if (isNew && tags.length >= tagsMax) {
      const message = `The number of tags exceeded the per-server limit ${tagsMax}`
      throw problem('invalid', message, { tags: tags.length })
    }
    return isNew ? [...tags, tag] : null
  })
  return isNew
}

/** @throws `not-found` when it does not have the tag. */
export async function removeTag(
  ctx: ServerContext,
  who: Identity,
  id: string,
  tag: string,
): Promise<void> {
  await changed(ctx, who, id, 'os-server-tags:delete', (server) => {
    if (!server.tags.includes(tag)) throw noTag(server, tag)
    return server.tags.filter((each) => each !== tag)
  })
}

/** The change answers null when there is nothing to do. */
async function changed(
  ctx: ServerContext,
  who: Identity,
  id: string,
  rule: Rule,
  change: (server: Server) => readonly string[] | null,
): Promise<readonly string[]> {
  return await ctx.store.transaction(async (tx) => {
    const { id: known } = await namedServer(tx, who, id, rule)
    const server = await servers.hold(tx, known)
    checkState(server)
    const wanted = change(server)
    if (wanted === null) return server.tags
    const tags = [...new Set(wanted)].toSorted()
    await servers.setTags(tx, server, tags, ctx.clock.now())
    return tags
  })
}

/** Tags follow the rule of metadata, but for the lock: tags do not change what a server does. */
function checkState(server: Server): void {
  if (allowed[server.vmState].has('update-metadata')) return
  const message = `Cannot 'update tags' instance ${server.id} while it is in vm_state ${server.vmState}`
  throw problem('conflict', message, { vmState: server.vmState })
}

function noTag(server: Server, tag: string): Error {
  return problem('not-found', `Server ${server.id} has no tag '${tag}'`, { server: server.id })
}
