/** Images: what disks are made from, and who may see which. */
import type { Instant } from '../lib/clock.ts'
import type { Identity } from './identity.ts'
import { isAdmin } from './identity.ts'
import type { ImageId, ProjectId } from './ids.ts'

/** `queued`: there is a record and no data yet. */
export type ImageStatus = 'queued' | 'active' | 'deactivated'
export type Visibility = 'public' | 'private' | 'shared' | 'community'
export type MemberStatus = 'pending' | 'accepted' | 'rejected'

export const visibilities: readonly Visibility[] = ['public', 'private', 'shared', 'community']
export const memberStatuses: readonly MemberStatus[] = ['pending', 'accepted', 'rejected']

/** What can be said of the data once it is there. */
export type ImageData = {
  readonly size: number
  readonly checksum: string
  readonly sha512: string
  /** The name of the file that holds it; null when the data is nowhere but on hosts. */
  readonly file: string | null
}

export type Image = {
  readonly id: ImageId
  readonly owner: ProjectId
  readonly name: string | null
  readonly status: ImageStatus
  readonly visibility: Visibility
  readonly data: ImageData | null
  readonly minDiskGb: number
  readonly minMemoryMb: number
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly protected: boolean
  readonly hidden: boolean
  readonly tags: readonly string[]
  /** Everything else that somebody said of it. */
  readonly properties: Readonly<Record<string, string>>
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What is said of a raw disk that anybody may use for anything. */
export const rawDisk = {
  minDiskGb: 0,
  minMemoryMb: 0,
  diskFormat: 'raw',
  containerFormat: 'bare',
  protected: false,
  hidden: false,
  tags: [],
  properties: {},
} as const satisfies Partial<Image>

export type Member = {
  readonly imageId: ImageId
  readonly projectId: ProjectId
  readonly status: MemberStatus
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** Whether somebody may see an image that they know the id of. */
export function maySee(who: Identity, image: Image, members: readonly Member[]): boolean {
  if (isAdmin(who) || image.owner === who.projectId) return true
  if (image.visibility === 'public' || image.visibility === 'community') return true
  return (
    image.visibility === 'shared' && members.some(({ projectId }) => projectId === who.projectId)
  )
}

/** Whether somebody may change it. */
export function mayChange(who: Identity, image: Image): boolean {
  return isAdmin(who) || (image.owner === who.projectId && who.roles.has('member'))
}
