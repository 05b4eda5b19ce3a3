/**
 * Upload a server's disk as an image, and for a backup throw away those that are too old.
 *
 * The image exists from the moment it was asked for, without data. When there will be none it is forgotten again; the server
 * rests all along as it did.
 */
import type { ImageId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import { dropSnapshot, rotateBackups, snapshotArrived } from './images.ts'
import { on, operation } from './kit.ts'
import { lastStep, settle, settleFailed } from './settling.ts'
import type { HostedParams } from './settling.ts'

export type SnapshotParams = HostedParams & {
  readonly imageId: ImageId
  /** How many backups of which type are kept; null for a snapshot that is no backup. */
  readonly rotation: { readonly type: string; readonly keep: number } | null
}

/** A large disk takes its time. */
export const uploadDeadlineMs = 3_600_000

export const snapshotServer = operation<SnapshotParams>('server.snapshot')
  .hostStep('uploaded', 'Upload the disk as an image', {
    event: 'compute_snapshot_instance',
    shows: { task: 'image_uploading' },
    deadlineMs: uploadDeadlineMs,
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).snapshot(c.p.serverId, c.p.imageId),
    then: async ({ tx, p, now }) => {
      await snapshotArrived(tx, await servers.get(tx, p.serverId), p.imageId, now)
    },
    undo: nothing('data without an image is nobody’s'),
  })
  .step('rotated', 'Throw away backups that are too old', {
    event: 'compute_snapshot_instance',
    do: async (c) => {
      const { rotation } = c.p
      const server = await servers.get(c.tx, c.p.serverId)
      if (rotation !== null) {
        await rotateBackups(c.tx, server, rotation.type, rotation.keep, c.now)
      }
      await settle(c)
    },
    undo: lastStep,
  })
  .end({
    failed: async (c, failure) => {
      await dropSnapshot(c.tx, c.p.imageId, c.now)
      await settleFailed(c, failure)
    },
  })
