/** What operators attach to types of volumes: qualities of service, and how volumes are to be encrypted. */
import type { Instant } from '../../lib/clock.ts'
import type { VolumeTypeId } from '../ids.ts'

/** Who sees to it: the hypervisor, the storage, or both. */
export const qosConsumers = ['front-end', 'back-end', 'both'] as const

export type QosConsumer = (typeof qosConsumers)[number]

export type QosSpecs = {
  readonly id: string
  readonly name: string
  readonly consumer: QosConsumer
  readonly specs: Readonly<Record<string, string>>
  readonly createdAt: Instant
}

export const controlLocations = ['front-end', 'back-end'] as const

export type TypeEncryption = {
  readonly id: string
  readonly typeId: VolumeTypeId
  readonly provider: string
  /** Where it is encrypted and decrypted. */
  readonly controlLocation: (typeof controlLocations)[number]
  readonly cipher: string | null
  readonly keySize: number | null
  readonly createdAt: Instant
}
