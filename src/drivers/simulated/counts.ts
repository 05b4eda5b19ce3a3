/** What a simulated host counts of a guest: an idle system since it was last booted, so that counters only grow. */
import type { GuestCounts, TrafficCounts } from '../../domain/diagnostics.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Body } from './world-tables.ts'

export function countsOf(body: Body, now: Instant): GuestCounts {
  const seconds = uptimeSeconds(body, now)
  const disk = {
    readBytes: 64 * mebibyte + seconds * 512,
    readRequests: 2000 + Math.floor(seconds / 8),
    writeBytes: 8 * mebibyte + seconds * 1024,
    writeRequests: 500 + Math.floor(seconds / 4),
    errors: 0,
  }
  return {
    hypervisor: 'simulated',
    hypervisorOs: 'linux',
    uptimeSeconds: seconds,
    memoryMb: { maximum: body.memoryMb, used: Math.floor(body.memoryMb / 4) },
    processors: Array.from({ length: body.vcpus }, () => ({
      timeNs: 2_000_000_000 + seconds * 10_000_000,
      utilisation: 1,
    })),
    disks: [disk, ...body.volumes.map(() => disk)],
    interfaces: body.ports
      .filter(({ id }) => body.plugged.includes(id))
      .map(({ mac }) => ({ mac, received: traffic(seconds, 90), sent: traffic(seconds, 60) })),
  }
}

const mebibyte = 1_048_576

function uptimeSeconds({ console }: Body, now: Instant): number {
  const boot = console.findLast(({ what }) => what === 'boot' || what === 'rescue')
  return boot === undefined ? 0 : Math.max(0, Math.floor((now - boot.at) / 1000))
}

function traffic(seconds: number, octetsPerSecond: number): TrafficCounts {
  const packets = 20 + seconds
  return { octets: packets * octetsPerSecond, packets, errors: 0, drops: 0, rate: null }
}
