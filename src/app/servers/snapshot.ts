/** Making images of servers: once, or as backups of which the newest are kept. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId } from '../../domain/ids.ts'
import type { Server } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import { queueSnapshot } from '../../operations/images.ts'
import { snapshotServer } from '../../operations/snapshot.ts'
import type { SnapshotParams } from '../../operations/snapshot.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { begin, note, onServer } from './context.ts'
import type { ServerContext } from './context.ts'
import { hostOf } from './power.ts'
import { isVolumeBacked, snapshotVolumes } from './volume-backed.ts'

export type ImageWish = {
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
}
export type BackupWish = ImageWish & {
  /** What it is called: `daily` and `weekly` are counted apart. */
  readonly backupType: string
  readonly rotation: number
}
export type ImageMade = { readonly imageId: ImageId }

export async function createImage(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: ImageWish,
): Promise<ImageMade> {
  return await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'servers:create_image', server)
    allow(who, server, 'createImage')
    if (isVolumeBacked(server)) {
      authorize(who, 'servers:create_image:allow_volume_backed', server)
      const make = { ids: ctx.ids, now: ctx.clock.now() }
      const of = { name: wish.name, properties: wish.metadata }
      const imageId = await snapshotVolumes(tx, server, of, make)
      await note(ctx, tx, who, request, server, 'createImage', null)
      return { imageId }
    }
    const plan = { rotation: null, properties: wish.metadata, name: wish.name }
    return await take(ctx, tx, who, request, server, { ...plan, action: 'createImage' })
  })
}

export async function createBackup(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: BackupWish,
): Promise<ImageMade> {
  return await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-create-backup', server)
    allow(who, server, 'createBackup')
    if (isVolumeBacked(server)) {
      throw problem('invalid', 'Backup is not supported for volume-backed instances.')
    }
    const marks = { image_type: 'backup', backup_type: wish.backupType }
    return await take(ctx, tx, who, request, server, {
      rotation: { type: wish.backupType, keep: wish.rotation },
      properties: { ...wish.metadata, ...marks },
      name: wish.name,
      action: 'createBackup',
    })
  })
}

type Plan = Pick<SnapshotParams, 'rotation'> & {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly action: 'createImage' | 'createBackup'
}

async function take(
  ctx: ServerContext,
  tx: Tx,
  who: Identity,
  request: RequestContext,
  server: Server,
  plan: Plan,
): Promise<ImageMade> {
  const { action, name, properties, rotation } = plan
  const now = ctx.clock.now()
  // Random like every id of an image.
  const imageId = ctx.ids.uuid() as ImageId
  await queueSnapshot(tx, server, { imageId, name, properties }, now)
  const taskState = rotation === null ? 'image_snapshot_pending' : 'image_backup'
  const begun = await servers.change(tx, server, { taskState }, now)
  const params = { serverId: server.id, host: hostOf(server), imageId, rotation }
  await begin(ctx, tx, who, request, begun, { saga: snapshotServer, params, action })
  return { imageId }
}
