/** A hypervisor: what runs the guests of a host. What is used of it is Placement's to tell, at newer versions. */
import type { HypervisorShown } from '../../../app/hypervisors.ts'
import type { Wire } from '../change.ts'

export function hypervisorBrief({ host, up, servers }: HypervisorShown): Wire {
  const document: Wire = {
    id: host.providerId,
    hypervisor_hostname: host.name,
    state: up ? 'up' : 'down',
    status: host.disabled ? 'disabled' : 'enabled',
  }
  if (servers !== null) {
    document['servers'] = servers.map(({ id, name }) => ({ uuid: id, name }))
  }
  return document
}

export function hypervisor(of: HypervisorShown): Wire {
  const { host } = of
  return {
    ...hypervisorBrief(of),
    hypervisor_type: host.resources.hypervisorType,
    hypervisor_version: host.resources.hypervisorVersion,
    host_ip: host.resources.hostIp,
    service: { id: host.serviceId, host: host.name, disabled_reason: host.disabledReason },
    uptime: null,
  }
}
