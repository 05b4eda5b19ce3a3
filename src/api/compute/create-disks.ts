/** The disks that a request for servers speaks of, in either of the two forms, in the words of the use-case. */
import type { Static } from 'typebox'
import type { DiskWish } from '../../app/servers/disk-wish.ts'
import { wrongFormat } from '../../app/servers/disk-wish.ts'
import { problem } from '../../lib/problem.ts'
import type { createServer } from './schemas/servers.ts'

type Body = Static<typeof createServer>['server']
type Newer = NonNullable<Body['block_device_mapping_v2']>[number]
type Older = NonNullable<Body['block_device_mapping']>[number]

/** Nothing when the request says nothing of disks. */
export function disksIn(body: Body): readonly DiskWish[] | undefined {
  const { block_device_mapping: older, block_device_mapping_v2: newer } = body
  if (older !== undefined && newer !== undefined) {
    throw problem(
      'invalid',
      'Using different block_device_mapping syntaxes is not allowed in the same request.',
    )
  }
  const disks = newer?.flatMap(fromNewer) ?? older?.flatMap(fromOlder) ?? []
  if (disks.length === 0) return undefined
  const { min_count: min = 1, max_count: max = min } = body
  if (max > 1 && disks.some(({ source }) => source === 'volume')) {
    throw problem('invalid', 'Cannot attach one or more volumes to multiple instances')
  }
  return older === undefined ? disks : withRoot(disks, body.imageRef)
}

function fromNewer(each: Newer): readonly DiskWish[] {
  if (isLeftOut(each.no_device)) return []
  const { source_type: source, destination_type: destination } = each
  if (source === undefined) throw wrongFormat('Missing source_type.')
  const bootIndex = each.boot_index ?? null
  return [
    {
      source,
      destination: destination ?? (source === 'blank' ? 'local' : 'volume'),
      id: each.uuid ?? null,
      bootIndex: bootIndex === null || Number(bootIndex) < 0 ? null : Number(bootIndex),
      sizeGb: each.volume_size ?? null,
      typeRef: each.volume_type ?? null,
      device: each.device_name ?? null,
      guestFormat: each.guest_format ?? null,
      diskBus: each.disk_bus ?? null,
      tag: each.tag ?? null,
      deleteOnTermination: each.delete_on_termination ?? false,
    },
  ]
}

const older = { typeRef: null, diskBus: null, tag: null, bootIndex: null } as const

function fromOlder(each: Older): readonly DiskWish[] {
  if (isLeftOut(each.no_device)) return []
  const common = {
    ...older,
    sizeGb: each.volume_size ?? null,
    device: each.device_name ?? null,
    deleteOnTermination: each.delete_on_termination ?? false,
  }
  const { volume_id: volume, snapshot_id: snapshot, virtual_name: virtual } = each
  if (volume !== undefined) {
    return [{ ...common, source: 'volume', destination: 'volume', id: volume, guestFormat: null }]
  }
  if (snapshot !== undefined) {
    const of = { source: 'snapshot', destination: 'volume', id: snapshot } as const
    return [{ ...common, ...of, guestFormat: null }]
  }
  if (virtual === undefined) throw wrongFormat('Missing device UUID.')
  const guestFormat = virtual === 'swap' ? 'swap' : null
  return [{ ...common, source: 'blank', destination: 'local', id: null, guestFormat }]
}

/** The older form says by its name which disk is the one to boot from, and never speaks of the image's. */
function withRoot(disks: readonly DiskWish[], imageRef: string | undefined): readonly DiskWish[] {
  if (imageRef !== undefined && imageRef !== '') {
    const image = { source: 'image', destination: 'local', id: imageRef, bootIndex: 0 } as const
    const root = { ...older, sizeGb: null, device: null, guestFormat: null, ...image }
    return [{ ...root, deleteOnTermination: true }, ...disks]
  }
  const at = disks.findIndex(({ device }) => device !== null && /(?:^|\/)vda$/.test(device))
  return disks.map((disk, index) => (index === at ? { ...disk, bootIndex: 0 } : disk))
}

/** Any value but none says that there is no such disk. */
function isLeftOut(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== ''
}
