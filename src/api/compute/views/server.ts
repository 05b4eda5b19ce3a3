/** A server in full, as an entry of a list, and in brief. */
import type { HostStatus, ServerShown, Sight } from '../../../app/shown-servers.ts'
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

/**
 * What is not shown is undefined, and so is not written. An object that is made whole costs a good deal less than one that gets
 * more and more keys.
 */
export function serverDetail(shown: ServerShown, { links, sight, hostIdOf }: Viewing): Wire {
  const { server: of, fault, hostStatus } = shown
  const status = statusOf(of.vmState, of.taskState)
  const toOperators = <T>(value: T): T | undefined => (sight.host ? value : undefined)
  return {
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
    progress: working.has(status) ? of.progress : undefined,
    fault: fault !== null && failed.has(status) ? faultOf(fault, sight.faultDetails) : undefined,
    security_groups:
      of.securityGroups.length > 0 ? of.securityGroups.map((name) => ({ name })) : undefined,
    // Names of the field: a node is a hypervisor, which here is the host.
    'OS-EXT-SRV-ATTR:host': toOperators(of.host),
    'OS-EXT-SRV-ATTR:instance_name': toOperators(instanceName(of)),
    'OS-EXT-SRV-ATTR:hypervisor_hostname': toOperators(of.host),
    'OS-EXT-SRV-ATTR:reservation_id': toOperators(of.reservationId),
    'OS-EXT-SRV-ATTR:launch_index': toOperators(of.launchIndex),
    'OS-EXT-SRV-ATTR:kernel_id': toOperators(''),
    'OS-EXT-SRV-ATTR:ramdisk_id': toOperators(''),
    'OS-EXT-SRV-ATTR:root_device_name': toOperators(of.host === null ? null : of.rootDeviceName),
    'OS-EXT-SRV-ATTR:user_data': toOperators(of.userData),
    host_status: isHostTold(sight, hostStatus) ? hostStatus : undefined,
  }
}

function isHostTold({ hostStatus, unknownHost }: Sight, status: HostStatus): boolean {
  return hostStatus || (unknownHost && status === 'UNKNOWN')
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

export const powerNumbers: Readonly<Record<PowerState, number>> = {
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

function instanceName({ vmState, host, number }: Server): string {
  if (vmState === 'building' && host === null) return ''
  return `instance-${number.toString(16).padStart(8, '0')}`
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
