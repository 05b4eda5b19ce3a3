/** The disks that a new server gets: what it boots from, and which volumes are kept or will be made for it. */
import { copyOf } from '../../domain/flavor.ts'
import type { Flavor } from '../../domain/flavor.ts'
import type { Identity } from '../../domain/identity.ts'
import type { ImageId, SnapshotId } from '../../domain/ids.ts'
import type { FlavorCopy, Server } from '../../domain/server.ts'
import { freeDevice } from '../../domain/volume/server-volume.ts'
import type { ServerVolume, VolumeSource } from '../../domain/volume/server-volume.ts'
import type { Volume } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { assert, isProblem, problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as serverVolumes from '../../store/volume/server-volumes.ts'
import { keepForServer, visibleSnapshot, visibleVolume } from '../volume/for-servers.ts'
import { checkDisks, wrongFormat } from './disk-wish.ts'
import type { DiskWish } from './disk-wish.ts'
import { disksOfImage } from './image-disks.ts'
import { checkDisk, checkMemory, lookUpImage } from './image-choice.ts'
import type { ChosenImage } from './image-choice.ts'

export type DiskPlan = {
  /** What the server is made from, or looks as if. */
  readonly image: ChosenImage
  readonly flavor: FlavorCopy
  readonly rootDeviceName: string
  /** Those that are volumes, with the names that they get. */
  readonly volumes: readonly (DiskWish & { readonly device: string })[]
}

const usualRoot = '/dev/vda'

type Asked = {
  readonly imageRef: string | null
  readonly disks?: readonly DiskWish[]
  readonly knowsShared?: boolean
}

/** @throws `invalid` in Nova's words. */
export async function chooseDisks(
  reader: Reader,
  who: Identity,
  wish: Asked,
  flavor: Flavor,
): Promise<DiskPlan> {
  const { imageRef } = wish
  const found = await lookUpImage(reader, who, imageRef, flavor)
  const disks = merged(disksOfImage(found.properties), wish.disks ?? [])
  if (disks.length === 0) {
    checkDisk(who, found, flavor)
    return { image: found, flavor: copyOf(flavor), rootDeviceName: usualRoot, volumes: [] }
  }
  checkDisks(disks, flavor, imageRef !== null)
  const root = disks.find(({ bootIndex }) => bootIndex === 0)
  assert(root !== undefined, 'disks that were checked have one to boot from')
  const rootDeviceName = deviceName(root.device) ?? usualRoot
  const volumes = named(disks, rootDeviceName)
  for (const disk of volumes) await checkSource(reader, who, disk, flavor)
  if (root.destination === 'local') {
    // Only a disk from the image of the request itself is made on a host.
    const image = root.source === 'image' ? await lookUpImage(reader, who, root.id, flavor) : found
    checkDisk(who, image, flavor)
    return { image, flavor: copyOf(flavor), rootDeviceName, volumes }
  }
  const image = await imageOnVolume(reader, who, root, flavor)
  return { image, flavor: { ...copyOf(flavor), rootOnVolume: true }, rootDeviceName, volumes }
}

/** Keeps the volumes that there are for a new server, and notes those that its build shall make. */
export async function keepDisks(
  tx: Tx,
  who: Identity,
  server: Server,
  plan: DiskPlan,
  make: { readonly ids: Ids; readonly at: Instant; readonly knowsShared: boolean },
): Promise<void> {
  const { ids, at, knowsShared } = make
  for (const wish of plan.volumes) {
    const { device } = wish
    const attachmentId = wish.source === 'volume' ? ids.uuid() : null
    const as = { device, at, server, knows: { shared: knowsShared } }
    const volume = attachmentId === null ? null : await keep(tx, who, wish, { ...as, attachmentId })
    const disk: ServerVolume = {
      id: ids.uuid(),
      serverId: server.id,
      volumeId: volume?.id ?? null,
      attachmentId,
      state: null,
      madeFrom: volume === null ? sourceOf(wish) : null,
      bootIndex: wish.bootIndex,
      device,
      tag: wish.tag,
      deleteOnTermination: wish.deleteOnTermination,
      createdAt: at,
    }
    await serverVolumes.add(tx, disk)
  }
}

/** What the request says comes before what the image says of the same disk. */
function merged(ofImage: readonly DiskWish[], asked: readonly DiskWish[]): readonly DiskWish[] {
  const hasRoot = ofImage.some(({ bootIndex }) => bootIndex === 0)
  // Clients add a disk from the image by themselves. When the image brings its own, that one is not meant.
  const meant = asked.filter(
    ({ source, destination, bootIndex }) =>
      !(hasRoot && source === 'image' && destination === 'local' && bootIndex === 0),
  )
  const isSaid = (each: DiskWish): boolean =>
    meant.some(
      ({ device, bootIndex }) =>
        (device !== null && deviceName(device) === deviceName(each.device)) ||
        (bootIndex !== null && bootIndex >= 0 && bootIndex === each.bootIndex),
    )
  return [...ofImage.filter((each) => !isSaid(each)), ...meant]
}

/** Names for those that are volumes; disks on the host come first, as guests have them. */
function named(disks: readonly DiskWish[], rootDeviceName: string): DiskPlan['volumes'] {
  const taken = new Set([rootDeviceName])
  for (const disk of disks) {
    const device = deviceName(disk.device)
    if (device === null || disk.bootIndex === 0) continue
    if (taken.has(device)) throw wrongFormat(`The device ${device} is named twice.`)
    taken.add(device)
  }
  const nameFor = (disk: DiskWish): string => {
    if (disk.bootIndex === 0) return rootDeviceName
    const device = deviceName(disk.device) ?? freeDevice(taken)
    taken.add(device)
    return device
  }
  const isLocal = ({ destination }: DiskWish): boolean => destination === 'local'
  for (const disk of disks.filter(isLocal)) nameFor(disk)
  return disks.filter((disk) => !isLocal(disk)).map((disk) => ({ ...disk, device: nameFor(disk) }))
}

/** `vdb` and `/dev/vdb` are the same. */
function deviceName(name: string | null): string | null {
  if (name === null) return null
  return name.startsWith('/dev/') ? name : `/dev/${name}`
}

/** Whether they may use what a volume shall be made from. The volumes that are there are looked at when they are kept. */
async function checkSource(
  reader: Reader,
  who: Identity,
  { source, id }: DiskWish,
  flavor: Flavor,
): Promise<void> {
  if (source === 'image') await lookUpImage(reader, who, id, flavor)
  if (source === 'snapshot') await got(visibleSnapshot(reader, who, id ?? ''), source, id ?? '')
}

/** What is known of the image on the volume that a server boots from. */
async function imageOnVolume(
  reader: Reader,
  who: Identity,
  root: DiskWish,
  flavor: Flavor,
): Promise<ChosenImage> {
  const id = root.id ?? ''
  switch (root.source) {
    case 'blank':
      return { id: null, minDiskGb: 0, properties: {} }
    case 'image': {
      const image = await lookUpImage(reader, who, id, flavor)
      if (image.minDiskGb > (root.sizeGb ?? 0)) throw tooSmall(root.sizeGb ?? 0, image.minDiskGb)
      return { ...image, id: null }
    }
    case 'volume': {
      const volume = await got(visibleVolume(reader, who, id), 'volume', id)
      return asImage(volume, flavor, id)
    }
    case 'snapshot': {
      const { volume } = await got(visibleSnapshot(reader, who, id), 'snapshot', id)
      return asImage(volume, flavor, id)
    }
  }
}

function asImage(volume: Volume, flavor: Flavor, id: string): ChosenImage {
  if (!volume.bootable) {
    throw problem('invalid', `Block Device ${id} is not bootable.`, { volume: volume.id })
  }
  const { min_ram: minMemoryMb, min_disk: minDiskGb, ...properties } = volume.imageMetadata
  checkMemory({ minMemoryMb: Number(minMemoryMb ?? 0) }, flavor)
  return { id: null, minDiskGb: Number(minDiskGb ?? 0), properties }
}

async function keep(
  tx: Tx,
  who: Identity,
  wish: DiskWish,
  as: Parameters<typeof keepForServer>[3],
): Promise<Volume> {
  const id = wish.id ?? ''
  return await got(keepForServer(tx, who, id, as), 'volume', id)
}

/** For Compute a wrong source is a wrong request, not a wrong address. */
async function got<T>(looking: Promise<T>, what: 'snapshot' | 'volume', id: string): Promise<T> {
  try {
    return await looking
  } catch (thrown) {
    if (isProblem(thrown, 'not-found')) throw wrongFormat(`failed to get ${what} ${id}.`)
    throw thrown
  }
}

function sourceOf({ source, id, sizeGb, typeRef }: DiskWish): VolumeSource {
  switch (source) {
    case 'image':
      // Checked to have a size; whether there is such an image was looked up, or the build will see.
      return { kind: 'image', imageId: (id ?? '') as ImageId, sizeGb: sizeGb ?? 1, typeRef }
    case 'snapshot':
      return { kind: 'snapshot', snapshotId: (id ?? '') as SnapshotId, sizeGb, typeRef }
    case 'blank':
    case 'volume':
      return { kind: 'blank', sizeGb: sizeGb ?? 1, typeRef }
  }
}

const bytesPerGb = 2 ** 30

function tooSmall(sizeGb: number, minGb: number): Error {
  return problem(
    'invalid',
    `Volume is too small for requested image. Volume is ${sizeGb * bytesPerGb} bytes, image is ${minGb * bytesPerGb} bytes.`,
  )
}
