/** A share of a file system that is attached to a server. */
import type { ServerId } from './ids.ts'

export type AttachedShare = {
  /** Of the attachment. */
  readonly id: string
  readonly serverId: ServerId
  readonly shareId: string
  /** What the guest calls it. */
  readonly tag: string
}
