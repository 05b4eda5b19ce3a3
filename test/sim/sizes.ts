/** The flavors and machines of a simulated cloud: small numbers, so that hosts are full now and then. */
import type { HostResources } from '../../src/domain/host.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'

export const sizes = {
  tiny: { vcpus: 1, memoryMb: 512, diskGb: 1 },
  small: { vcpus: 1, memoryMb: 1024, diskGb: 4 },
  medium: { vcpus: 2, memoryMb: 2048, diskGb: 8 },
  large: { vcpus: 4, memoryMb: 4096, diskGb: 16 },
} as const

export type SizeName = keyof typeof sizes

// The keys of a literal are its key type.
export const sizeNames = Object.keys(sizes) as readonly SizeName[]

/** Room for some eight servers of medium size. */
export const machine: HostResources = {
  ...ordinaryMachine,
  vcpus: 4,
  memoryMb: 16_384,
  diskGb: 64,
  traits: ['COMPUTE_NODE'],
}
