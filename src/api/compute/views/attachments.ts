/** What is attached to a server: interfaces and volumes. */
import type { Port } from '../../../domain/network/network.ts'
import type { Wire } from '../change.ts'

export type VolumeAttached = {
  readonly attachmentId: string
  readonly deviceId: string
  readonly serverId: string
  readonly volumeId: string
  readonly device: string | null
  readonly tag: string | null
  readonly deleteOnTermination: boolean
}

export function interfaceAttachment(of: Port): Wire {
  return {
    port_id: of.id,
    net_id: of.networkId,
    mac_addr: of.mac,
    port_state: of.status,
    fixed_ips: of.fixedIps.map(({ subnetId, address }) => ({
      subnet_id: subnetId,
      ip_address: address,
    })),
    tag: of.tag,
  }
}

export function volumeAttachment(of: VolumeAttached): Wire {
  return {
    attachment_id: of.attachmentId,
    bdm_uuid: of.deviceId,
    serverId: of.serverId,
    volumeId: of.volumeId,
    device: of.device,
    tag: of.tag,
    delete_on_termination: of.deleteOnTermination,
  }
}

export function volumeAttachmentMade(of: VolumeAttached): Wire {
  return {
    id: of.volumeId,
    serverId: of.serverId,
    volumeId: of.volumeId,
    device: of.device,
    tag: of.tag,
    delete_on_termination: of.deleteOnTermination,
  }
}
