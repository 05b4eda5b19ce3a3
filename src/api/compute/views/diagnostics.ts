/** What a host counts of a guest. */
import type { Diagnostics, TrafficCounts } from '../../../domain/diagnostics.ts'
import type { Wire } from '../change.ts'

export function diagnostics(of: Diagnostics): Wire {
  return {
    state: of.state,
    // One of the few words that the schema of this document has; clients take it for any hypervisor with disks and ports.
    driver: 'libvirt',
    hypervisor: of.hypervisor,
    hypervisor_os: of.hypervisorOs,
    uptime: of.uptimeSeconds,
    config_drive: of.configDrive,
    num_cpus: of.processors.length,
    num_nics: of.interfaces.length,
    num_disks: of.disks.length,
    memory_details: { maximum: of.memoryMb.maximum, used: of.memoryMb.used },
    cpu_details: of.processors.map(({ timeNs, utilisation }, id) => ({
      id,
      time: timeNs,
      utilisation,
    })),
    disk_details: of.disks.map((each) => ({
      read_bytes: each.readBytes,
      read_requests: each.readRequests,
      write_bytes: each.writeBytes,
      write_requests: each.writeRequests,
      errors_count: each.errors,
    })),
    nic_details: of.interfaces.map(({ mac, received, sent }) => ({
      mac_address: mac,
      ...counted('rx', received),
      ...counted('tx', sent),
    })),
  }
}

/** What drivers told in a form of their own: keys by device, and memory in KiB. */
export function driverDiagnostics(of: Diagnostics): Wire {
  const document: Wire = { memory: of.memoryMb.maximum * 1024 }
  of.processors.forEach(({ timeNs }, index) => {
    document[`cpu${index}_time`] = timeNs
  })
  of.disks.forEach((each, index) => {
    const device = `vd${String.fromCharCode('a'.charCodeAt(0) + index)}`
    document[`${device}_read`] = each.readBytes
    document[`${device}_read_req`] = each.readRequests
    document[`${device}_write`] = each.writeBytes
    document[`${device}_write_req`] = each.writeRequests
    document[`${device}_errors`] = each.errors
  })
  of.interfaces.forEach(({ received, sent }, index) => {
    const device = `vnet${index}`
    document[`${device}_rx`] = received.octets
    document[`${device}_rx_errors`] = received.errors
    document[`${device}_rx_drop`] = received.drops
    document[`${device}_rx_packets`] = received.packets
    document[`${device}_tx`] = sent.octets
    document[`${device}_tx_errors`] = sent.errors
    document[`${device}_tx_drop`] = sent.drops
    document[`${device}_tx_packets`] = sent.packets
  })
  return document
}

function counted(direction: 'rx' | 'tx', counts: TrafficCounts): Wire {
  return {
    [`${direction}_octets`]: counts.octets,
    [`${direction}_errors`]: counts.errors,
    [`${direction}_drop`]: counts.drops,
    [`${direction}_packets`]: counts.packets,
    [`${direction}_rate`]: counts.rate,
  }
}
