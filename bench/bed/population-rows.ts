/** What each of a population of servers is made of, by its number. */
import type { HostName, PortId, ServerId } from '../../src/domain/ids.ts'
import type { ServerDetails } from '../../src/domain/server.ts'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import { derivedUuid } from '../../src/lib/ids.ts'

/** What records of the network service have in common. */
type Kept = {
  readonly project_id: string
  readonly description: string
  readonly created_at: number
  readonly updated_at: number
  readonly revision: number
}

/** When the first of them was made. */
export const at = 1_700_000_000_000

export const flavor = {
  number: 1,
  id: 'f',
  name: 'f',
  vcpus: 1,
  memoryMb: 512,
  diskGb: 1,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs: {},
}

export function kept(project: string): Kept {
  return { project_id: project, description: '', created_at: at, updated_at: at, revision: 1 }
}

export function detailsOf(i: number): ServerDetails {
  return {
    description: null,
    hostname: `server-${i}`,
    metadata: {},
    accessIpV4: null,
    accessIpV6: null,
    configDrive: false,
    userData: null,
    diskConfig: 'MANUAL',
    reservationId: `r-${i.toString(36).padStart(8, '0')}`,
    launchIndex: 0,
    rootDeviceName: '/dev/vda',
    schedulerHints: {},
    securityGroups: ['default'],
    trustedImageCertificates: null,
    imageProperties: {},
    imageMinDiskGb: 0,
    lockedBy: null,
    lockedReason: null,
    pinnedZone: null,
    progress: 0,
    shelved: null,
    softDeletedAt: null,
    wanted: null,
  }
}

/** Behind the address of the gateway. */
export const firstPosition = 2

export function addressOf(i: number): string {
  const n = i + firstPosition
  return ['10', n >> 16, (n >> 8) & 255, n & 255].join('.')
}

export function macOf(i: number): string {
  const hex = i.toString(16).padStart(8, '0').match(/../g) ?? []
  return ['02', '00', ...hex].join(':')
}

export function portOf(server: ServerId): PortId {
  return derivedUuid('port', server) as PortId // an id of this population
}

export function guestOf(server: ServerId, host: HostName): Guest {
  return {
    server,
    host,
    name: server,
    role: 'guest',
    power: 'running',
    vcpus: flavor.vcpus,
    memoryMb: flavor.memoryMb,
    diskGb: flavor.diskGb,
    image: null,
    ports: [],
    volumes: [],
    plugged: [portOf(server)],
    diskGeneration: 'disk',
    rescued: false,
  }
}
