/** Metadata of a server: texts by key, which its owner may set as long as nothing is being done with it. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Rule } from '../../domain/policy.ts'
import type { Owner } from '../../domain/quota.ts'
import { problem } from '../../lib/problem.ts'
import * as quotas from '../../store/compute/quotas.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import { visibleServer } from '../shown-servers.ts'
import { onServer } from './context.ts'
import type { ServerContext } from './context.ts'

export type Metadata = Readonly<Record<string, string>>

export async function showMetadata(
  ctx: ServerContext,
  who: Identity,
  id: string,
  rule: 'server-metadata:index' | 'server-metadata:show' = 'server-metadata:index',
): Promise<Metadata> {
  return await ctx.store.read(
    async (reader) => (await visibleServer(reader, who, id, rule)).metadata,
  )
}

/** @throws `not-found` when there is no such key. */
export async function showMetadataItem(
  ctx: ServerContext,
  who: Identity,
  id: string,
  key: string,
): Promise<string> {
  const value = (await showMetadata(ctx, who, id, 'server-metadata:show'))[key]
  if (value === undefined) throw noItem()
  return value
}

/** Adds to it, or changes it; answers all of it. */
export async function mergeMetadata(
  ctx: ServerContext,
  who: Identity,
  id: string,
  more: Metadata,
  rule: 'server-metadata:create' | 'server-metadata:update' = 'server-metadata:create',
): Promise<Metadata> {
  return await changed(ctx, who, id, rule, (old) => ({ ...old, ...more }))
}

export async function replaceMetadata(
  ctx: ServerContext,
  who: Identity,
  id: string,
  metadata: Metadata,
): Promise<Metadata> {
  return await changed(ctx, who, id, 'server-metadata:update_all', () => metadata)
}

/** @throws `not-found` when there is no such key. */
export async function deleteMetadataItem(
  ctx: ServerContext,
  who: Identity,
  id: string,
  key: string,
): Promise<void> {
  await changed(ctx, who, id, 'server-metadata:delete', ({ [key]: gone, ...rest }) => {
    if (gone === undefined) throw noItem()
    return rest
  })
}

async function changed(
  ctx: ServerContext,
  who: Identity,
  id: string,
  rule: Rule,
  change: (old: Metadata) => Metadata,
): Promise<Metadata> {
  return await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, rule, server)
    const metadata = change(server.metadata)
    allow(who, server, 'update-metadata')
    await checkMetadata(tx, { projectId: server.projectId, userId: who.userId }, metadata)
    await servers.change(tx, server, { metadata }, ctx.clock.now())
    return metadata
  })
}

/** @throws `over-quota` for more items than a server of the project may have, or whoever asks for it may give it. */
export async function checkMetadata(tx: Tx, owner: Owner, metadata: Metadata): Promise<void> {
  const count = Object.keys(metadata).length
  if (count === 0) return
  const most = await quotas.limitFor(tx, owner, 'metadata_items')
  if (most < 0 || count <= most) return
  throw problem('over-quota', `Maximum number of metadata items exceeds ${most}`, { count })
}

function noItem(): Error {
  return problem('not-found', 'Metadata item was not found')
}
