/** Volumes for tests: made as their owners make them, and looked at from both sides. */
import type { ServerId, SnapshotId, VolumeId } from '../../src/domain/ids.ts'
import type { DiskWish } from '../../src/app/servers/disk-wish.ts'
import { attachVolume, detachVolume } from '../../src/app/servers/volumes.ts'
import { createVolume } from '../../src/app/volume/creating.ts'
import type { VolumeWish } from '../../src/app/volume/creating.ts'
import { resetStatus, setFlags } from '../../src/app/volume/changing.ts'
import { createSnapshot } from '../../src/app/volume/snapshots.ts'
import { listVolumes } from '../../src/app/volume/volumes.ts'
import { admin, tenant } from './cloud-deeds.ts'
import type { FakeCloud } from './fake-cloud.ts'

const usual: VolumeWish = {
  name: 'volume',
  description: null,
  sizeGb: 1,
  typeRef: null,
  zone: null,
  metadata: {},
  multiattach: false,
  source: { kind: 'blank' },
}

export async function volume(cloud: FakeCloud, wish: Partial<VolumeWish> = {}): Promise<VolumeId> {
  const made = await createVolume(cloud.cloud.ctx, tenant, { ...usual, ...wish })
  return made.volume.id
}

/** A volume that a server can boot from. */
export async function bootable(cloud: FakeCloud): Promise<VolumeId> {
  const id = await volume(cloud)
  await setFlags(cloud.cloud.ctx, tenant, id, { bootable: true })
  return id
}

/** A disk of a new server that is an empty volume of 1 GB, and nothing else in particular. */
export const blankDisk: DiskWish = {
  source: 'blank',
  destination: 'volume',
  id: null,
  bootIndex: null,
  sizeGb: 1,
  typeRef: null,
  device: null,
  guestFormat: null,
  diskBus: null,
  tag: null,
  deleteOnTermination: false,
}

/** Every volume there is, oldest first. */
export async function volumeIds(cloud: FakeCloud): Promise<readonly VolumeId[]> {
  const whole = { allProjects: true, projectId: null }
  const all = await listVolumes(cloud.cloud.ctx, admin, whole)
  return all.toReversed().map((each) => each.volume.id)
}

/** A snapshot of a volume, whoever has that. */
export async function snapshot(cloud: FakeCloud, volumeId: VolumeId): Promise<SnapshotId> {
  const said = { name: null, description: null, metadata: {} }
  const made = await createSnapshot(cloud.cloud.ctx, tenant, { volumeId, ...said, force: true })
  return made.id
}

export const newest = { shelved: true, shared: true }

/** Asks for a volume to be attached, and does not wait for it. */
export async function attach(
  cloud: FakeCloud,
  server: ServerId,
  volumeId: VolumeId,
  more: { readonly deleteOnTermination?: boolean; readonly device?: string } = {},
): Promise<void> {
  await attachVolume(cloud.cloud.ctx, tenant, cloud.request(), server, {
    volumeId,
    device: more.device ?? null,
    tag: null,
    deleteOnTermination: more.deleteOnTermination ?? false,
    knows: newest,
  })
}

export async function detach(
  cloud: FakeCloud,
  server: ServerId,
  volumeId: VolumeId,
): Promise<void> {
  const wish = { volumeId, knowsShelved: true }
  await detachVolume(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
}

/** Says that a volume is being moved by the volume service: without that it is not exchanged. */
export async function migrating(cloud: FakeCloud, volumeId: VolumeId): Promise<void> {
  const to = { status: null, migrationStatus: 'migrating' } as const
  await resetStatus(cloud.cloud.ctx, admin, volumeId, to)
}

/**
 * What the volumes are doing, oldest first, where they are attached, and whether a guest there has them: `in-use on host1, in the
 * guest`.
 */
export async function volumesTold(cloud: FakeCloud): Promise<readonly string[]> {
  const whole = { allProjects: true, projectId: null }
  const all = await listVolumes(cloud.cloud.ctx, admin, whole)
  const guests = cloud.world.guests().filter(({ role }) => role === 'guest')
  return all.toReversed().map(({ volume: { id, status }, attachments }) => {
    const hosts = attachments.flatMap(({ host }) => host ?? [])
    const where = hosts.length === 0 ? '' : ` on ${hosts.join(' and ')}`
    const having = guests.filter(({ volumes }) => volumes.some((each) => each.id === id))
    const of = having.map(({ host }) => host).join(' and ')
    return `${status}${where}${of === '' ? '' : `, in the guest on ${of}`}`
  })
}
