/** New volumes: empty ones, and copies of images, snapshots and other volumes. */
import type { Image } from '../../domain/image.ts'
import type { Identity } from '../../domain/identity.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ImageId, ProjectId, VolumeId } from '../../domain/ids.ts'
import { admitSize } from '../../domain/volume/quotas.ts'
import { isShareable } from '../../domain/volume/volume.ts'
import type { Volume, VolumeSnapshot, VolumeType } from '../../domain/volume/volume.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import { imageMetadataOf } from '../../operations/new-volumes.ts'
import type { Reader, Tx } from '../../store/store.ts'
import * as backups from '../../store/volume/backups.ts'
import * as encryption from '../../store/volume/encryption.ts'
import * as quotas from '../../store/volume/quotas.ts'
import * as typeQuotas from '../../store/volume/type-quotas.ts'
import * as snapshots from '../../store/volume/snapshots.ts'
import * as types from '../../store/volume/types.ts'
import * as volumes from '../../store/volume/volumes.ts'
import type { Context } from '../context.ts'
import { imageForServer } from '../image/for-servers.ts'
import { projectFor, requireSight } from './policy.ts'
import { visible } from './volumes.ts'
import type { VolumeShown } from './volumes.ts'

export type VolumeWish = {
  readonly name: string | null
  readonly description: string | null
  /** Null where it follows from what it is made from. */
  readonly sizeGb: number | null
  readonly typeRef: string | null
  readonly zone: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly multiattach: boolean
  readonly source:
    | { readonly kind: 'blank' }
    | { readonly kind: 'image' | 'snapshot' | 'volume' | 'backup'; readonly id: string }
}

const theZone = 'nova'

/** @throws `invalid` for what can never be, `over-quota`, `not-found` for a source that is not there. */
export async function createVolume(
  ctx: Context,
  who: Identity,
  wish: VolumeWish,
): Promise<Omit<VolumeShown, 'attachments'>> {
  const projectId = projectFor(who, 'volume:create')
  if (wish.zone !== null && wish.zone !== theZone) {
    throw problem('invalid', `Invalid input received: Availability zone '${wish.zone}' is invalid.`)
  }
  return await ctx.store.transaction(async (tx) => {
    const source = await sourceOf(tx, who, wish)
    const type = await typeOf(tx, who, projectId, wish.typeRef, source.typeOf)
    const sizeGb = wish.sizeGb ?? source.sizeGb
    if (sizeGb === null) throw problem('invalid', sizeNeeded)
    source.fits(sizeGb)
    admitSize(await quotas.limitsOf(tx, projectId), sizeGb)
    await quotas.charge(tx, projectId, { volumes: 1, gigabytes: sizeGb })
    await typeQuotas.admit(tx, projectId, type.id, { volumes: 1, gigabytes: sizeGb })
    const now = ctx.clock.now()
    const volume: Volume = {
      // Random like every id of a volume.
      id: ctx.ids.uuid() as VolumeId,
      projectId,
      userId: who.userId,
      name: wish.name,
      description: wish.description,
      status: 'available',
      migrationStatus: null,
      sizeGb,
      zone: theZone,
      typeId: type.id,
      readOnly: null,
      multiattach: isShareable(type) || wish.multiattach,
      metadata: wish.metadata,
      ...source.made,
      createdAt: now,
      updatedAt: now,
    }
    await volumes.add(tx, volume)
    const isEncrypted = (await encryption.find(tx, type.id)) !== null
    return { volume, typeName: type.name, isEncrypted }
  })
}

/** The type asked for, that of what it is made from, or the default. @throws `not-found` */
async function typeOf(
  reader: Reader,
  who: Identity,
  projectId: ProjectId,
  ref: string | null,
  inherited: string | null,
): Promise<VolumeType> {
  const wanted = ref ?? inherited
  if (wanted === null) return await types.chosen(reader)
  const sight = isAdmin(who) ? 'all' : { projectId }
  const found = await types.find(reader, wanted, sight)
  if (found !== null) return found
  throw ref === null
    ? types.missing(wanted)
    : problem('not-found', `Volume type ${ref} could not be found.`)
}

type Source = {
  readonly sizeGb: number | null
  readonly typeOf: string | null
  readonly made: Pick<Volume, 'bootable' | 'imageMetadata' | 'snapshotId' | 'sourceId'>
  /** @throws `invalid` when it is too small for what goes on it. */
  readonly fits: (sizeGb: number) => void
}

const blank = { bootable: false, imageMetadata: {}, snapshotId: null, sourceId: null } as const

const sizeNeeded =
  "Invalid input received: Volume size 'None' must be an integer and greater than 0"

async function sourceOf(tx: Tx, who: Identity, { source }: VolumeWish): Promise<Source> {
  switch (source.kind) {
    case 'blank':
      return { sizeGb: null, typeOf: null, made: blank, fits: () => {} }
    case 'image': {
      const image = await imageFor(tx, who, source.id)
      const imageMetadata = await imageMetadataOf(tx, image.id)
      const made = { ...blank, bootable: true, imageMetadata }
      return { sizeGb: null, typeOf: null, made, fits: (sizeGb) => imageFits(image, sizeGb) }
    }
    case 'snapshot': {
      const snapshot = await snapshots.get(tx, source.id)
      requireSight(who, snapshot, snapshots.missing)
      if (snapshot.status !== 'available') throw notAvailable('snapshot', snapshot)
      const of = await volumes.get(tx, snapshot.volumeId)
      return copyOf(of, snapshot.sizeGb, 'snapshot', { snapshotId: snapshot.id, sourceId: null })
    }
    case 'backup': {
      const backup = await backups.get(tx, source.id)
      requireSight(who, backup, backups.missing)
      if (backup.status !== 'available') {
        throw problem('invalid', 'Invalid backup: Backup status must be available')
      }
      const { content, sizeGb } = backup
      const made = { ...blank, ...content }
      return { sizeGb, typeOf: null, made, fits: (wanted) => largeEnough(wanted, sizeGb, 'backup') }
    }
    case 'volume': {
      const of = await visible(tx, who, source.id)
      return copyOf(of, of.sizeGb, 'source', { snapshotId: null, sourceId: of.id })
    }
  }
}

function copyOf(
  of: Volume,
  sizeGb: number,
  word: 'snapshot' | 'source',
  origin: Pick<Volume, 'snapshotId' | 'sourceId'>,
): Source {
  const { bootable, imageMetadata, typeId } = of
  const what = word === 'source' ? 'volume' : word
  const fits = (wanted: number): void => largeEnough(wanted, sizeGb, what)
  return { sizeGb, typeOf: typeId, made: { bootable, imageMetadata, ...origin }, fits }
}

/** @throws `invalid` */
function largeEnough(wanted: number, sizeGb: number, of: 'snapshot' | 'volume' | 'backup'): void {
  if (wanted >= sizeGb) return
  const what = of === 'volume' ? 'original volume' : `the ${of}`
  throw problem(
    'invalid',
    `Invalid input received: Volume size '${wanted}'GB cannot be smaller than ${what} size ${sizeGb}GB. They must be >= original ${of} size.`,
  )
}

async function imageFor(reader: Reader, who: Identity, ref: string): Promise<Image> {
  try {
    // A text that is no id finds nothing.
    return await imageForServer(reader, ref as ImageId, who)
  } catch (thrown) {
    // For the volume service a wrong image is a wrong request, not a wrong address.
    if (!isProblem(thrown, 'not-found')) throw thrown
    throw problem('invalid', `Invalid image identifier or unable to access requested image.`)
  }
}

const bytesPerGb = 2 ** 30

/** @throws `invalid` */
export function imageFits(image: Pick<Image, 'data' | 'minDiskGb'>, sizeGb: number): void {
  const imageGb = Math.ceil((image.data?.size ?? 0) / bytesPerGb)
  if (imageGb > sizeGb) {
    throw problem(
      'invalid',
      `Invalid input received: Size of specified image ${imageGb}GB is larger than volume size ${sizeGb}GB.`,
    )
  }
  if (image.minDiskGb > sizeGb) {
    throw problem(
      'invalid',
      `Invalid input received: Volume size ${sizeGb}GB cannot be smaller than the image minDisk size ${image.minDiskGb}GB.`,
    )
  }
}

function notAvailable(what: string, { status }: VolumeSnapshot): Error {
  return problem(
    'invalid',
    `Invalid ${what}: Originating snapshot status must be one of 'available' values, but is ${status}.`,
  )
}
