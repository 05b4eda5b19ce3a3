/** Scopes: within one, no two pools of subnets have an address in common. */
import type { ProjectId } from '../ids.ts'
import type { IpVersion } from './address.ts'

export type AddressScope = {
  readonly id: string
  readonly projectId: ProjectId
  readonly name: string
  readonly ipVersion: IpVersion
  /** Whether every project may put pools into it. */
  readonly shared: boolean
}
