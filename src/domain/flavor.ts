/** A flavor: a size that servers can have. Servers keep a copy, so that later edits do not reach them. */
import type { Instant } from '../lib/clock.ts'
import type { FlavorCopy } from './server.ts'

export type Flavor = FlavorCopy & {
  readonly rxtxFactor: number
  readonly isPublic: boolean
  readonly disabled: boolean
  readonly description: string | null
  readonly createdAt: Instant
}

export type NewFlavor = Omit<Flavor, 'number' | 'createdAt'>

/** The new size of a server: where its root disk is does not change with it. */
export function resized({ rootOnVolume }: FlavorCopy, flavor: Flavor): FlavorCopy {
  return { ...copyOf(flavor), ...(rootOnVolume === undefined ? {} : { rootOnVolume }) }
}

/** What a server keeps of the flavor it was given. */
export function copyOf(flavor: Flavor): FlavorCopy {
  const { number, id, name, vcpus, memoryMb, diskGb, ephemeralGb, swapMb, extraSpecs } = flavor
  return { number, id, name, vcpus, memoryMb, diskGb, ephemeralGb, swapMb, extraSpecs }
}
