/**
 * The disks that a request for a server speaks of, and what is wrong with them before anything is looked up.
 *
 * A request that speaks of disks speaks of all of them, the one from its image included; one that speaks of none gets that one.
 */
import type { Flavor } from '../../domain/flavor.ts'
import { problem } from '../../lib/problem.ts'

export type DiskWish = {
  readonly source: 'volume' | 'image' | 'snapshot' | 'blank'
  readonly destination: 'local' | 'volume'
  /** Of the source; null of a blank disk. */
  readonly id: string | null
  /** 0 for the disk to boot from; null for one never to boot from. */
  readonly bootIndex: number | null
  readonly sizeGb: number | null
  readonly typeRef: string | null
  readonly device: string | null
  readonly guestFormat: string | null
  readonly diskBus: string | null
  readonly tag: string | null
  readonly deleteOnTermination: boolean
}

/** Disks on the host that a server may have at most, its root among them. */
const localsMax = 3

const buses: ReadonlySet<string> = new Set([
  'fdc',
  'ide',
  'lxc',
  'none',
  'sata',
  'scsi',
  'uml',
  'usb',
  'virtio',
  'xen',
])

/** @throws `invalid` in Nova's words. */
export function checkDisks(
  disks: readonly DiskWish[],
  flavor: Pick<Flavor, 'ephemeralGb' | 'swapMb'>,
  hasImage: boolean,
): void {
  for (const disk of disks) checkDisk(disk, hasImage)
  checkBootOrder(disks)
  const blanks = disks.filter((disk) => disk.source === 'blank' && disk.destination === 'local')
  const isSwap = ({ guestFormat }: DiskWish): boolean => guestFormat === 'swap'
  const ephemeralGb = blanks
    .filter((disk) => !isSwap(disk))
    .reduce((sum, { sizeGb }) => sum + (sizeGb ?? flavor.ephemeralGb), 0)
  if (ephemeralGb > flavor.ephemeralGb) {
    throw problem(
      'invalid',
      'Ephemeral disks requested are larger than the instance type allows. If no size is given in one block device mapping, flavor ephemeral size will be used.',
    )
  }
  const swaps = blanks.filter(isSwap)
  if (swaps.length > 1) throw wrongFormat('More than one swap drive requested.')
  // A swap disk is counted in MB, as in the flavor.
  if ((swaps[0]?.sizeGb ?? 0) > flavor.swapMb) {
    throw problem('invalid', 'Swap drive requested is larger than instance type allows.')
  }
  if (disks.filter(({ destination }) => destination === 'local').length > localsMax) {
    throw wrongFormat('You specified more local devices than the limit allows')
  }
}

function checkDisk(disk: DiskWish, hasImage: boolean): void {
  const { source, destination, id, bootIndex, typeRef, sizeGb, diskBus } = disk
  if (source === 'blank' && id !== null) throw wrongFormat('Invalid device UUID.')
  if (source !== 'blank' && id === null) throw wrongFormat('Missing device UUID.')
  if (source === 'image' && destination === 'local' && !(hasImage && bootIndex === 0)) {
    throw wrongFormat('Mapping image to local is not supported.')
  }
  if (destination === 'local' && typeRef !== null) {
    throw wrongFormat('Specifying a volume_type with destination_type=local is not supported.')
  }
  if (source === 'volume' && typeRef !== null) {
    throw wrongFormat('Specifying volume type to existing volume is not supported.')
  }
  if (destination === 'local' && (source === 'volume' || source === 'snapshot')) {
    throw wrongFormat(`Mapping ${source} to local is not supported.`)
  }
  if (destination === 'volume' && sizeGb === null) {
    if (source === 'image') {
      throw problem(
        'invalid',
        "Images with destination_type 'volume' need to have a non-zero size specified",
      )
    }
    if (source === 'blank') {
      throw problem(
        'invalid',
        "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size",
      )
    }
  }
  if (diskBus !== null && !buses.has(diskBus)) {
    throw wrongFormat(`The provided disk bus ${diskBus} is not valid.`)
  }
}

/** Disks to boot from are numbered from 0, each number once, and there is one at least. */
function checkBootOrder(disks: readonly DiskWish[]): void {
  const order = disks
    .flatMap(({ bootIndex }) => bootIndex ?? [])
    .filter((index) => index >= 0)
    .toSorted((a, b) => a - b)
  if (order.length > 0 && order.every((index, at) => index === at)) return
  throw wrongFormat(
    'Boot sequence for the instance and image/block device mapping combination is not valid.',
  )
}

export function wrongFormat(details: string): Error {
  return problem('invalid', `Block Device Mapping is Invalid: ${details}`)
}
