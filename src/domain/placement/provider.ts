/** A resource provider: something that has what others consume. Providers form trees; the root is its own root. */
import type { Instant } from '../../lib/clock.ts'
import type { ProviderId } from '../ids.ts'

export type Provider = {
  /** What rows are joined by; it means nothing outside the store. */
  readonly number: number
  readonly id: ProviderId
  readonly name: string
  /** Grows with every change of what the provider has, so that a decision on an old state is noticed. */
  readonly generation: number
  readonly parent: ProviderId | null
  readonly root: ProviderId
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

export const providerNameLengthMax = 200
