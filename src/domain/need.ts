/**
 * What a flavor needs of a host: whole amounts by resource class.
 *
 * Disk is root, unless that is a volume, plus ephemeral plus swap, swap rounded up to whole gigabytes. An extra spec `resources:CLASS=n` overrides, and
 * 0 takes the class away. A class of which nothing is needed is left out.
 */
import type { FlavorCopy } from './server.ts'

type Disks = Pick<FlavorCopy, 'diskGb' | 'ephemeralGb' | 'rootOnVolume'>

export type Need = Readonly<Record<string, number>>

export function needOf(flavor: FlavorCopy): Need {
  const cpuClass = flavor.extraSpecs['hw:cpu_policy'] === 'dedicated' ? 'PCPU' : 'VCPU'
  const amounts: Record<string, number> = {
    [cpuClass]: flavor.vcpus,
    MEMORY_MB: flavor.memoryMb,
    DISK_GB: localDiskGb(flavor) + Math.ceil(flavor.swapMb / 1024),
  }
  for (const [key, value] of Object.entries(flavor.extraSpecs)) {
    const resourceClass = /^resources:([A-Z0-9_]+)$/.exec(key)?.[1]
    if (resourceClass !== undefined) amounts[resourceClass] = Number.parseInt(value, 10)
  }
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount > 0))
}

/** The disks that a guest has on its host. A root that is a volume is elsewhere. */
export function localDiskGb({ diskGb, ephemeralGb, rootOnVolume }: Disks): number {
  return (rootOnVolume === true ? 0 : diskGb) + ephemeralGb
}

/** By how much one need exceeds another, class by class. */
export function excessOf(need: Need, over: Need): Need {
  const excess = Object.entries(need).map(
    ([resourceClass, amount]) => [resourceClass, amount - (over[resourceClass] ?? 0)] as const,
  )
  return Object.fromEntries(excess.filter(([, amount]) => amount > 0))
}

/** Traits that the extra specs require and forbid. */
export function traitsOf(extraSpecs: Readonly<Record<string, unknown>>): {
  readonly required: readonly string[]
  readonly forbidden: readonly string[]
} {
  const named = (word: string): readonly string[] =>
    Object.entries(extraSpecs)
      .filter(([key, value]) => key.startsWith('trait:') && value === word)
      .map(([key]) => key.slice('trait:'.length))
  return { required: named('required'), forbidden: named('forbidden') }
}
