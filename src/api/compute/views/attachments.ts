/** What is attached to a server: interfaces and volumes. */
import type { Wire } from '../change.ts'

export type InterfaceShown = {
  readonly portId: string
  readonly networkId: string
  readonly mac: string
  readonly state: string
  readonly addresses: readonly { readonly subnetId: string; readonly address: string }[]
  readonly tag: string | null
}

export type VolumeAttached = {
  readonly attachmentId: string
  readonly deviceId: string
  readonly serverId: string
  readonly volumeId: string
  readonly device: string | null
  readonly tag: string | null
  readonly deleteOnTermination: boolean
}

export function interfaceAttachment(of: InterfaceShown): Wire {
  return {
    port_id: of.portId,
    net_id: of.networkId,
    mac_addr: of.mac,
    port_state: of.state,
    fixed_ips: of.addresses.map(({ subnetId, address }) => ({
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
