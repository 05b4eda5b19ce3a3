/** Tags of records of the network. Who may change a record may tag it, and who sees it sees its tags. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { TaggedKind, TagsById } from '../../domain/network/tags.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader } from '../../store/store.ts'
import * as tags from '../../store/network/tags.ts'
import type { Context } from '../context.ts'
import { visibleFloatingIp } from './floating-ips.ts'
import { visibleNetwork } from './networks.ts'
import { requireChange } from './policy.ts'
import { visiblePort } from './ports.ts'
import { visibleRouter } from './routers.ts'
import { visibleGroup } from './security-groups.ts'
import { visiblePool } from './subnet-pools.ts'
import { visibleSubnet } from './subnets.ts'

type Visible = (
  reader: Reader,
  who: Identity,
  id: string,
) => Promise<{ readonly projectId: ProjectId }>

const visible: Readonly<Record<TaggedKind, Visible>> = {
  network: visibleNetwork,
  subnet: visibleSubnet,
  'subnet-pool': visiblePool,
  port: visiblePort,
  router: visibleRouter,
  'floating-ip': visibleFloatingIp,
  'security-group': visibleGroup,
}

/** Those of one record that was seen already, or of every record of the kind. */
export async function knownTags(
  ctx: Context,
  kind: TaggedKind,
  id: string | null,
): Promise<TagsById> {
  return await ctx.store.read(async (reader) =>
    id === null ? await tags.all(reader, kind) : new Map([[id, await tags.of(reader, kind, id)]]),
  )
}

export async function getTags(
  ctx: Context,
  who: Identity,
  kind: TaggedKind,
  id: string,
): Promise<readonly string[]> {
  return await ctx.store.read(async (reader) => {
    await visible[kind](reader, who, id)
    return await tags.of(reader, kind, id)
  })
}

/** Lets a record have the tags that the function makes of those that it has. */
export async function changeTags(
  ctx: Context,
  who: Identity,
  kind: TaggedKind,
  id: string,
  change: (known: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  return await ctx.store.transaction(async (tx) => {
    const record = await visible[kind](tx, who, id)
    requireChange(who, record, `update_${kind.replace('-', '_')}_tags`)
    const wanted = [...new Set(change(await tags.of(tx, kind, id)))]
    await tags.save(tx, kind, id, wanted)
    return wanted
  })
}

export function noSuchTag(tag: string): Error {
  return problem('not-found', `Tag ${tag} could not be found.`, { type: 'TagNotFound' })
}
