/** A server in full, as an entry of a list, and in brief. */
import { hash } from 'node:crypto'
import type { ServerShown } from '../../../app/shown-servers.ts'
import { sightOf } from '../../../app/shown-servers.ts'
import type { HostName, ProjectId } from '../../../domain/ids.ts'
import type { Fault, FlavorCopy, Server } from '../../../domain/server.ts'
import { statusOf } from '../../../domain/states.ts'
import type { ServerVolume } from '../../../domain/volume/server-volume.ts'
import type { PowerState, ServerStatus } from '../../../domain/states.ts'
import type { Wire } from '../change.ts'
import type { Links } from '../links.ts'
import type { Viewing } from '../viewing.ts'
import { fullAddresses } from './addresses.ts'
import { unzonedOrNull, zoned } from './times.ts'

export function serverBrief({ server: { id, name } }: ServerShown, { links }: Viewing): Wire {
  return { id, name, links: links.of(`/servers/${id}`) }
}

export function server(shown: ServerShown, viewing: Viewing): Wire {
  const { groupId } = shown.server
  return Object.assign(serverDetail(shown, viewing), {
    server_groups: groupId === null ? [] : [groupId],
  })
}

/** The answer to a rebuild tells its owner what the guest will be given. */
export function serverRebuilt(shown: ServerShown, viewing: Viewing): Wire {
  const { 'OS-EXT-SRV-ATTR:user_data': _, ...rest } = server(shown, viewing)
  return { ...rest, user_data: shown.server.userData }
}

export function serverDetail(shown: ServerShown, { links, who }: Viewing): Wire {
  const { server: of, fault, hostStatus } = shown
  const status = statusOf(of.vmState, of.taskState)
  const sight = sightOf(who)
  const document: Wire = {
    id: of.id,
    name: of.name,
    status,
    tenant_id: of.projectId,
    user_id: of.userId,
    metadata: of.metadata,
    hostId: hostIdOf(of.projectId, of.host),
    image:
      of.imageId === null
        ? ''
        : {
            id: of.imageId,
            links: [links.bookmark(`/images/${of.imageId}`)],
            properties: of.imageProperties,
          },
    flavor: embeddedFlavor(of.flavor, sight.flavorSpecs),
    created: zoned(of.createdAt),
    updated: zoned(of.updatedAt),
    addresses: fullAddresses(shown.addresses),
    accessIPv4: of.accessIpV4 ?? '',
    accessIPv6: of.accessIpV6 ?? '',
    links: links.of(`/servers/${of.id}`),
    'OS-DCF:diskConfig': of.diskConfig,
    'OS-EXT-AZ:availability_zone': of.zone ?? '',
    config_drive: of.configDrive ? 'True' : '',
    key_name: of.keyName,
    'OS-SRV-USG:launched_at': unzonedOrNull(of.launchedAt),
    'OS-SRV-USG:terminated_at': unzonedOrNull(of.terminatedAt),
    'OS-EXT-SRV-ATTR:hostname': of.hostname,
    'OS-EXT-STS:task_state': of.taskState,
    'OS-EXT-STS:vm_state': of.vmState,
    'OS-EXT-STS:power_state': powerNumbers[of.powerState],
    'os-extended-volumes:volumes_attached': shown.volumes.flatMap(volumeBrief),
    locked: of.locked,
    locked_reason: of.lockedReason,
    description: of.description,
    tags: of.tags,
    trusted_image_certificates: of.trustedImageCertificates,
    pinned_availability_zone: of.pinnedZone,
    scheduler_hints: of.schedulerHints,
  }
  if (working.has(status)) document['progress'] = of.progress
  if (fault !== null && failed.has(status)) document['fault'] = faultOf(fault, sight.faultDetails)
  if (of.securityGroups.length > 0) {
    document['security_groups'] = of.securityGroups.map((name) => ({ name }))
  }
  if (sight.host) Object.assign(document, hostAttributes(of))
  if (sight.hostStatus) document['host_status'] = hostStatus
  return document
}

/** A digest that tells a project's servers on one host apart from those on another, and nothing else. */
export function hostIdOf(project: ProjectId, host: HostName | null): string {
  if (host === null) return ''
  return hash('sha224', `${project}${host}`, 'hex')
}

/** A volume that is not made yet is not told of. */
function volumeBrief({ volumeId, deleteOnTermination }: ServerVolume): readonly Wire[] {
  return volumeId === null ? [] : [{ id: volumeId, delete_on_termination: deleteOnTermination }]
}

/** Statuses in which a server is said to make progress. */
const working: ReadonlySet<ServerStatus> = new Set([
  'ACTIVE',
  'BUILD',
  'REBUILD',
  'RESIZE',
  'VERIFY_RESIZE',
  'MIGRATING',
])
const failed: ReadonlySet<ServerStatus> = new Set(['ERROR', 'DELETED'])

const powerNumbers: Readonly<Record<PowerState, number>> = {
  nostate: 0,
  running: 1,
  paused: 3,
  shutdown: 4,
  crashed: 6,
  suspended: 7,
}

function embeddedFlavor(flavor: FlavorCopy, withSpecs: boolean): Wire {
  const document: Wire = {
    vcpus: flavor.vcpus,
    ram: flavor.memoryMb,
    disk: flavor.diskGb,
    ephemeral: flavor.ephemeralGb,
    swap: flavor.swapMb,
    original_name: flavor.name,
  }
  if (withSpecs) document['extra_specs'] = flavor.extraSpecs
  return document
}

/** What only operators see. Names of the field: a node is a hypervisor, which here is the host. */
function hostAttributes(of: Server): Wire {
  return {
    'OS-EXT-SRV-ATTR:host': of.host,
    'OS-EXT-SRV-ATTR:instance_name':
      of.vmState === 'building' && of.host === null
        ? ''
        : `instance-${of.number.toString(16).padStart(8, '0')}`,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': of.host,
    'OS-EXT-SRV-ATTR:reservation_id': of.reservationId,
    'OS-EXT-SRV-ATTR:launch_index': of.launchIndex,
    'OS-EXT-SRV-ATTR:kernel_id': '',
    'OS-EXT-SRV-ATTR:ramdisk_id': '',
    'OS-EXT-SRV-ATTR:root_device_name': of.host === null ? null : of.rootDeviceName,
    'OS-EXT-SRV-ATTR:user_data': of.userData,
  }
}

/** Details are for operators, unless the fault is one that the user can do something about. */
function faultOf(fault: Fault, seesDetails: boolean): Wire {
  const { code, message, details, createdAt } = fault
  const document: Wire = { code, created: zoned(createdAt), message }
  if (details !== '' && (seesDetails || code !== 500)) document['details'] = details
  return document
}

/** The answer to making a server: where it is, and the password that is told only now. */
export function serverCreated(of: Server, adminPass: string, links: Links): Wire {
  return {
    id: of.id,
    links: links.of(`/servers/${of.id}`),
    'OS-DCF:diskConfig': of.diskConfig,
    security_groups: of.securityGroups.map((name) => ({ name })),
    adminPass,
  }
}
