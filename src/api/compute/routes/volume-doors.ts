/** The door to volumes and their snapshots, from before the volume service had its own. */
import { createVolume } from '../../../app/volume/creating.ts'
import type { VolumeWish } from '../../../app/volume/creating.ts'
import * as snapshots from '../../../app/volume/snapshots.ts'
import * as volumes from '../../../app/volume/volumes.ts'
import { offsetWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Call, Route } from '../route.ts'
import * as schemas from '../schemas/doors.ts'
import { snapshot, volume } from '../views/volume.ts'

const own = { allProjects: false, projectId: null }

export const volumeDoorRoutes: readonly Route[] = [
  ...(['volumes.list', 'volumes.detail'] as const).map((name) =>
    route({
      name,
      method: 'GET',
      path: name === 'volumes.list' ? '/os-volumes' : '/os-volumes/detail',
      policy: name === 'volumes.list' ? 'os-volumes:list' : 'os-volumes:detail',
      query: schemas.countedQuery,
      handler: async (call) => {
        const all = await volumes.listVolumes(call.ctx, call.who, own)
        return ok({ volumes: paged(call, all).map(volume) })
      },
    }),
  ),
  route({
    name: 'volumes.create',
    method: 'POST',
    path: '/os-volumes',
    policy: 'os-volumes:create',
    request: schemas.createVolume,
    handler: async ({ ctx, who, body: { volume: wish } }) => {
      const made = await createVolume(ctx, who, volumeWish(wish))
      return ok({ volume: volume({ ...made, attachments: [] }) })
    },
  }),
  route({
    name: 'volumes.show',
    method: 'GET',
    path: '/os-volumes/{id}',
    policy: 'os-volumes:show',
    handler: async ({ ctx, who, params: { id = '' } }) =>
      ok({ volume: volume(await volumes.getVolume(ctx, who, id)) }),
  }),
  route({
    name: 'volumes.delete',
    method: 'DELETE',
    path: '/os-volumes/{id}',
    policy: 'os-volumes:delete',
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await volumes.deleteVolume(ctx, who, id, { cascade: false, force: false })
      return accepted()
    },
  }),
  ...(['snapshots.list', 'snapshots.detail'] as const).map((name) =>
    route({
      name,
      method: 'GET',
      path: name === 'snapshots.list' ? '/os-snapshots' : '/os-snapshots/detail',
      policy:
        name === 'snapshots.list' ? 'os-volumes:snapshots:list' : 'os-volumes:snapshots:detail',
      query: schemas.countedQuery,
      handler: async (call) => {
        const all = await snapshots.listSnapshots(call.ctx, call.who, own)
        return ok({ snapshots: paged(call, all).map(snapshot) })
      },
    }),
  ),
  route({
    name: 'snapshots.create',
    method: 'POST',
    path: '/os-snapshots',
    policy: 'os-volumes:snapshots:create',
    request: schemas.createSnapshot,
    handler: async ({ ctx, who, body: { snapshot: wish } }) => {
      const made = await snapshots.createSnapshot(ctx, who, {
        volumeId: wish.volume_id,
        name: wish.display_name ?? null,
        description: wish.display_description ?? null,
        metadata: {},
        force: wish.force ?? false,
      })
      return ok({ snapshot: snapshot(made) })
    },
  }),
  route({
    name: 'snapshots.show',
    method: 'GET',
    path: '/os-snapshots/{id}',
    policy: 'os-volumes:snapshots:show',
    handler: async ({ ctx, who, params: { id = '' } }) =>
      ok({ snapshot: snapshot(await snapshots.getSnapshot(ctx, who, id)) }),
  }),
  route({
    name: 'snapshots.delete',
    method: 'DELETE',
    path: '/os-snapshots/{id}',
    policy: 'os-volumes:snapshots:delete',
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await snapshots.deleteSnapshot(ctx, who, id, false)
      return accepted()
    },
  }),
]

function paged<T>({ query }: Pick<Call<unknown>, 'query'>, all: readonly T[]): readonly T[] {
  const { limit, offset } = offsetWish(query)
  return all.slice(offset, offset + limit)
}

function volumeWish(wish: schemas.VolumeDoorWish): VolumeWish {
  const { snapshot_id: snapshotId, metadata = {} } = wish
  return {
    name: wish.display_name ?? null,
    description: wish.display_description ?? null,
    sizeGb: Number(wish.size),
    typeRef: wish.volume_type ?? null,
    zone: wish.availability_zone ?? null,
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [key, String(value)]),
    ),
    multiattach: false,
    source: snapshotId === undefined ? { kind: 'blank' } : { kind: 'snapshot', id: snapshotId },
  }
}
