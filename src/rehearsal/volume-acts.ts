/** What a scene asks of volumes: there are two at most, and they go by their age. */
import { attachVolume, changeAttachment, detachVolume } from '../app/servers/volumes.ts'
import { resetStatus } from '../app/volume/changing.ts'
import { createVolume } from '../app/volume/creating.ts'
import { listVolumes } from '../app/volume/volumes.ts'
import type { VolumeId } from '../domain/ids.ts'
import { assert } from '../lib/problem.ts'
import { operator, tenant } from './props.ts'
import type { Stage } from './stage.ts'

export const volumeActs = {
  attachVolume: async (stage) => {
    await attachVolume(stage.cloud.ctx, tenant, stage.request(), stage.subject, {
      volumeId: await volume(stage, 0),
      device: null,
      tag: null,
      deleteOnTermination: false,
      knows: { shelved: true, shared: true },
    })
  },
  detachVolume: async (stage) => {
    const wish = { volumeId: await volume(stage, 0), knowsShelved: true }
    await detachVolume(stage.cloud.ctx, tenant, stage.request(), stage.subject, wish)
  },
  makeVolume: async (stage) => {
    await createVolume(stage.cloud.ctx, tenant, {
      name: 'volume',
      description: null,
      sizeGb: 1,
      typeRef: null,
      zone: null,
      metadata: {},
      multiattach: false,
      source: { kind: 'blank' },
    })
  },
  /** The volume service is about to move the first volume, for which it exchanges it. */
  moveVolume: async (stage) => {
    const to = { status: null, migrationStatus: 'migrating' } as const
    await resetStatus(stage.cloud.ctx, operator, await volume(stage, 0), to)
  },
  swapVolume: async (stage) => {
    await changeAttachment(stage.cloud.ctx, operator, stage.request(), stage.subject, {
      volumeId: await volume(stage, 0),
      newVolumeId: await volume(stage, 1),
      repeats: {},
      deleteOnTermination: null,
      inPlace: true,
      knowsShared: true,
    })
  },
} as const satisfies Readonly<Record<string, (stage: Stage) => Promise<void>>>

async function volume(stage: Stage, age: number): Promise<VolumeId> {
  const whole = { allProjects: true, projectId: null }
  const all = (await listVolumes(stage.cloud.ctx, operator, whole)).toReversed()
  const found = all[age]
  assert(found !== undefined, 'the scene has that volume', { age })
  return found.volume.id
}
