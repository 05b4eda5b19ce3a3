/** Images as this API showed them when it was the way to them. */
import type { Image } from '../../../domain/image.ts'
import type { Wire } from '../change.ts'
import type { Links } from '../links.ts'
import { zoned } from './times.ts'

const statuses: Readonly<Record<Image['status'], string>> = {
  active: 'ACTIVE',
  queued: 'SAVING',
  deactivated: 'UNKNOWN',
}

const progress: Readonly<Record<Image['status'], number>> = {
  active: 100,
  queued: 25,
  deactivated: 0,
}

export function imageBrief({ id, name }: Image, links: Links): Wire {
  const alternate = {
    rel: 'alternate',
    type: 'application/vnd.openstack.image',
    href: `${links.origin}/image/images/${id}`,
  }
  return { id, name, links: [...links.of(`/images/${id}`), alternate] }
}

export function imageFull(image: Image, links: Links): Wire {
  const { properties } = image
  const server = properties['instance_uuid']
  const diskConfig = properties['auto_disk_config']
  const isAuto = diskConfig !== undefined && /^(1|t|true|on|y|yes)$/i.test(diskConfig)
  return {
    ...imageBrief(image, links),
    status: statuses[image.status],
    progress: progress[image.status],
    minRam: image.minMemoryMb,
    minDisk: image.minDiskGb,
    metadata: properties,
    created: zoned(image.createdAt),
    updated: zoned(image.updatedAt),
    'OS-EXT-IMG-SIZE:size': image.data?.size ?? 0,
    ...(diskConfig === undefined ? {} : { 'OS-DCF:diskConfig': isAuto ? 'AUTO' : 'MANUAL' }),
    ...(server === undefined
      ? {}
      : { server: { id: server, links: links.of(`/servers/${server}`) } }),
  }
}

/** The status that a word of this API means; null for a word that means none. */
export function imageStatusOf(word: string): Image['status'] | null {
  const found = Object.entries(statuses).find(([, each]) => each === word.toUpperCase())
  return found === undefined ? null : (found[0] as Image['status']) // a key of the table
}
