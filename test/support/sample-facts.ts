/** One of everything that Compute shows, always the same. */
import type { Facts } from '../../src/api/compute/views.ts'
import type { Flavor } from '../../src/domain/flavor.ts'
import { copyOf } from '../../src/domain/flavor.ts'
import { builtInLimits } from '../../src/domain/quota.ts'
import type { Server } from '../../src/domain/server.ts'
import { sampleAttachment, sampleDisk } from './sample-volumes.ts'

const at = Date.parse('2026-01-02T03:04:05.678Z')
const uuid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`

const id = <T extends string>(text: string): T => text as T
const flavor: Flavor = {
  number: 7,
  id: id('small'),
  name: 'small',
  vcpus: 1,
  memoryMb: 512,
  diskGb: 1,
  ephemeralGb: 0,
  swapMb: 0,
  rxtxFactor: 1,
  isPublic: true,
  disabled: false,
  description: 'Not large',
  extraSpecs: { 'hw:cpu_policy': 'shared' },
  createdAt: at,
}

const server: Server = {
  id: id(uuid(1)),
  number: 42,
  generation: 3,
  projectId: id('project-1'),
  userId: id('user-1'),
  name: 'server',
  host: id('host1'),
  vmState: 'active',
  taskState: null,
  powerState: 'running',
  deleteRequested: false,
  imageId: id(uuid(2)),
  flavor: copyOf(flavor),
  move: null,
  groupId: uuid(3),
  zone: 'nova',
  keyName: 'key',
  locked: true,
  tags: ['tag'],
  createdAt: at,
  updatedAt: at + 1000,
  launchedAt: at + 500,
  terminatedAt: null,
  deletedAt: null,
  description: 'A server',
  hostname: 'server',
  metadata: { a: 'b' },
  accessIpV4: null,
  accessIpV6: 'fd00::1',
  configDrive: true,
  userData: 'YWJj',
  diskConfig: 'MANUAL',
  reservationId: 'r-12345678',
  launchIndex: 0,
  rootDeviceName: '/dev/vda',
  schedulerHints: { group: uuid(3) },
  securityGroups: ['default'],
  trustedImageCertificates: null,
  imageProperties: { hw_disk_bus: 'virtio' },
  imageMinDiskGb: 0,
  lockedBy: 'owner',
  lockedReason: 'Mine',
  pinnedZone: null,
  progress: 0,
  shelved: null,
  softDeletedAt: null,
  wanted: null,
}

const shown: Facts['server'] = {
  server,
  fault: null,
  hostStatus: 'UP',
  addresses: new Map([
    [
      'private',
      [
        {
          portId: id(uuid(9)),
          network: 'private',
          address: '10.0.0.5',
          version: 4,
          mac: 'fa:16:3e:00:00:01',
          kind: 'fixed',
        },
      ],
    ],
  ]),
  volumes: [sampleDisk],
}

const host: Facts['hypervisor']['host'] = {
  number: 1,
  name: id('host1'),
  serviceId: uuid(4),
  providerId: id(uuid(5)),
  zone: 'nova',
  kind: 'simulated',
  disabled: false,
  disabledReason: null,
  forcedDown: false,
  resources: {
    vcpus: 16,
    memoryMb: 65_536,
    diskGb: 1000,
    traits: [],
    hypervisorType: 'simulated',
    hypervisorVersion: 1000,
    hostIp: '127.0.0.1',
  },
  seenAt: at,
  createdAt: at,
  updatedAt: at,
}

const hypervisor: Facts['hypervisor'] = {
  host,
  up: true,
  used: { vcpus: 1, memoryMb: 512, diskGb: 1, servers: 1, busy: 0 },
  servers: [],
}

const keypair: Facts['keypair'] = {
  number: 1,
  userId: server.userId,
  name: 'key',
  type: 'ssh',
  publicKey: 'ssh-ed25519 AAAA somebody',
  fingerprint: '00:11',
  createdAt: at,
}

const aggregate: Facts['aggregate'] = {
  id: id(uuid(6)),
  number: 3,
  name: 'aggregate',
  metadata: { availability_zone: 'zone1' },
  hosts: [id('host1')],
  createdAt: at,
  updatedAt: null,
}

const migration: Facts['migration'] = {
  migration: {
    id: id(uuid(7)),
    number: 9,
    serverId: server.id,
    projectId: server.projectId,
    userId: server.userId,
    kind: 'live-migration',
    status: 'running',
    source: id('host1'),
    destination: id('host2'),
    oldFlavor: server.flavor,
    newFlavor: server.flavor,
    createdAt: at,
    updatedAt: at,
  },
  underWay: true,
  seesHosts: true,
  destinationIp: '127.0.0.2',
  progress: { memory: { total: 100, processed: 60, remaining: 40 } },
}

const action: Facts['instanceAction'] = {
  server,
  isOperator: true,
  action: {
    number: 1,
    serverId: server.id,
    name: 'resize',
    requestId: 'req-1',
    projectId: server.projectId,
    userId: server.userId,
    message: 'Error',
    startedAt: at,
    updatedAt: at,
    events: [
      {
        event: 'compute_finish_resize',
        title: 'Start the guest on the destination',
        startedAt: at,
        finishedAt: at,
        result: 'Error',
        retries: 0,
        details: 'It did not work',
        host: id('host2'),
      },
    ],
  },
}

const uses = Object.fromEntries(
  Object.keys(builtInLimits).map((name) => [name, { limit: 10, in_use: 1, reserved: 0 }]),
)
const quota = { id: 'project-1', values: builtInLimits }
const counts = { octets: 1, errors: 2, drops: 3, packets: 4, rate: null }

export const facts: Facts = {
  server: shown,
  serverDetail: shown,
  serverBrief: shown,
  serverUpdated: shown,
  serverRebuilt: shown,
  flavor,
  flavorBrief: flavor,
  keypair,
  keypairBrief: keypair,
  keypairCreated: { keypair, privateKey: 'secret' },
  serverGroup: {
    id: uuid(3),
    number: 1,
    name: 'group',
    projectId: id('project-1'),
    userId: id('user-1'),
    policy: 'anti-affinity',
    maxServerPerHost: 2,
    members: [server.id],
    createdAt: at,
  },
  aggregate,
  aggregateCreated: aggregate,
  service: {
    id: uuid(4),
    number: 3,
    binary: 'nova-compute',
    host: 'host1',
    zone: 'nova',
    up: true,
    disabled: true,
    disabledReason: 'later',
    forcedDown: false,
    seenAt: at,
  },
  hypervisor,
  hypervisorBrief: hypervisor,
  migration,
  serverMigration: migration,
  instanceAction: action,
  instanceActionBrief: action,
  diagnostics: {
    state: 'running',
    hypervisor: 'qemu',
    hypervisorOs: null,
    uptimeSeconds: 60,
    configDrive: true,
    memoryMb: { maximum: 512, used: null },
    processors: [{ timeNs: 1000, utilisation: null }],
    disks: [{ readBytes: 1, readRequests: 2, writeBytes: 3, writeRequests: 4, errors: null }],
    interfaces: [{ mac: 'fa:16:3e:00:00:01', received: counts, sent: counts }],
  },
  interfaceAttachment: {
    id: id(uuid(9)),
    networkId: id(uuid(8)),
    projectId: id('project-1'),
    name: '',
    description: '',
    adminUp: true,
    mac: 'fa:16:3e:00:00:01',
    deviceId: server.id,
    deviceOwner: 'compute:nova',
    status: 'ACTIVE',
    portSecurity: true,
    madeFor: server.id,
    vnicType: 'normal',
    profile: {},
    dnsName: '',
    dhcpOptions: [],
    addressPairs: [],
    tag: 'nic1',
    fixedIps: [{ subnetId: id(uuid(8)), address: '10.0.0.5' }],
    securityGroups: [],
    bindings: [],
    createdAt: at,
    updatedAt: at,
    revision: 1,
  },
  volumeAttachment: sampleAttachment,
  volumeAttachmentMade: sampleAttachment,
  consoleToken: { serverId: server.id, host: 'host1', port: 5900, tlsPort: null, path: null },
  limits: { limits: builtInLimits, used: { instances: 1, cores: 2, ram: 512, serverGroups: 1 } },
  quotaSet: quota,
  quotaUpdated: quota,
  // One use for each resource: the keys are those of the limits.
  quotaDetail: { id: 'project-1', values: uses as Facts['quotaDetail']['values'] },
  quotaClass: { id: 'default', values: builtInLimits },
}
