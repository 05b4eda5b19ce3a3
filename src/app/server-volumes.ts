/** The volumes of a server, as Compute shows them. */
import type { Identity } from '../domain/identity.ts'
import type { VolumeId } from '../domain/ids.ts'
import type { Rule } from '../domain/policy.ts'
import type { ServerVolume } from '../domain/volume/server-volume.ts'
import { problem } from '../lib/problem.ts'
import type { Reader } from '../store/store.ts'
import * as serverVolumes from '../store/volume/server-volumes.ts'
import type { Context } from './context.ts'
import { visibleServer } from './shown-servers.ts'

/** A disk of a server whose volume is there. */
export type AttachedVolume = ServerVolume & {
  readonly volumeId: VolumeId
  readonly attachmentId: string
}

export async function listServerVolumes(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly AttachedVolume[]> {
  return await ctx.store.read(
    async (reader) => await volumesOf(reader, who, id, 'os-volumes-attachments:index'),
  )
}

/** @throws `not-found` when the server does not have the volume. */
export async function showServerVolume(
  ctx: Context,
  who: Identity,
  id: string,
  volumeId: string,
): Promise<AttachedVolume> {
  return await ctx.store.read(async (reader) => {
    const all = await volumesOf(reader, who, id, 'os-volumes-attachments:show')
    const found = all.find((each) => each.volumeId === volumeId)
    if (found !== undefined) return found
    const message = `Instance ${id} is not attached to volume ${volumeId}`
    throw problem('not-found', message, { server: id, volume: volumeId })
  })
}

async function volumesOf(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<readonly AttachedVolume[]> {
  const server = await visibleServer(reader, who, id, rule)
  return (await serverVolumes.ofServer(reader, server.id)).flatMap(attached)
}

/** The disk, if its volume is there. */
export function attached(disk: ServerVolume): readonly AttachedVolume[] {
  const { attachmentId, volumeId } = disk
  return attachmentId === null || volumeId === null ? [] : [{ ...disk, attachmentId, volumeId }]
}
