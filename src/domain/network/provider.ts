/** What carries a network: nothing here does, but operators say so, and clients show it. */
import { problem } from '../../lib/problem.ts'

export const carrierTypes = ['flat', 'vlan', 'vxlan', 'gre', 'geneve', 'local'] as const

export type CarrierType = (typeof carrierTypes)[number]

export type Carrier = {
  readonly type: CarrierType
  readonly physicalNetwork: string | null
  readonly segment: number | null
}

type Rule = {
  readonly physical: boolean
  /** The numbers that its segments have; null where it has none. */
  readonly segments: readonly [least: number, most: number] | null
}

const tunnel: Rule = { physical: false, segments: [1, 16_777_215] }

const rules: Readonly<Record<CarrierType, Rule>> = {
  flat: { physical: true, segments: null },
  vlan: { physical: true, segments: [1, 4094] },
  vxlan: tunnel,
  gre: { physical: false, segments: [1, 4_294_967_295] },
  geneve: tunnel,
  local: { physical: false, segments: null },
}

/** @throws `invalid` for what such a network does not have, or lacks. */
export function checkCarrier({ type, physicalNetwork, segment }: Carrier): void {
  const { physical, segments } = rules[type]
  if (physical && physicalNetwork === null) {
    throw invalid(`physical_network required for ${type} provider network`)
  }
  if (!physical && physicalNetwork !== null) {
    throw invalid(`provider:physical_network specified for ${type} network`)
  }
  if (segments === null) {
    if (segment === null) return
    throw invalid(`provider:segmentation_id specified for ${type} network`)
  }
  const [least, most] = segments
  if (segment !== null && segment >= least && segment <= most) return
  throw invalid(`segmentation_id out of range (${least} through ${most}) for ${type}`)
}

function invalid(why: string): Error {
  return problem('invalid', `Invalid input for operation: ${why}.`, { type: 'InvalidInput' })
}
