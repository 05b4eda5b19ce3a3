/** A host: a machine that guests run on, with the compute service that speaks for it. */
import type { Instant } from '../lib/clock.ts'
import type { HostName, ProviderId } from './ids.ts'

export type HostResources = {
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly traits: readonly string[]
  readonly hypervisorType: string
  readonly hypervisorVersion: number
  readonly hostIp: string
}

export type Host = {
  /** Counts hosts; the id of its service and hypervisor at old microversions. */
  readonly number: number
  readonly name: HostName
  readonly serviceId: string
  /** Its resource provider, and the id of its hypervisor. */
  readonly providerId: ProviderId
  readonly zone: string
  readonly kind: 'simulated' | 'qemu'
  readonly disabled: boolean
  readonly disabledReason: string | null
  readonly forcedDown: boolean
  readonly resources: HostResources
  /** When its agent last answered. */
  readonly seenAt: Instant
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** A host that was silent for longer than this counts as down. */
export const silenceMaxMs = 60_000

/** Whether its agent can be expected to answer. */
export function isUp(host: Pick<Host, 'forcedDown' | 'seenAt'>, now: Instant): boolean {
  return !host.forcedDown && now - host.seenAt <= silenceMaxMs
}

/** Where hosts are when nobody said otherwise. */
export const defaultZone = 'nova'
