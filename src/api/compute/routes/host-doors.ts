/** Hosts as they were shown and switched before there were services, and bare metal, of which there is none. */
import { checkHost, showHost, switchHost } from '../../../app/host-view.ts'
import { listServices } from '../../../app/services.ts'
import { problem } from '../../../lib/problem.ts'
import { ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Route } from '../route.ts'
import { hostsQuery, updateHost } from '../schemas/doors.ts'

export const hostDoorRoutes: readonly Route[] = [
  route({
    name: 'hosts.list',
    method: 'GET',
    path: '/os-hosts',
    policy: 'os-hosts:list',
    query: hostsQuery,
    handler: async ({ ctx, who, query }) => {
      const zone = query.one('zone') ?? null
      const all = await listServices(ctx, who, { host: null, binary: null })
      const within = all.filter((each) => zone === null || zone === '' || each.zone === zone)
      const shown = within.map(({ host, binary, zone: its }) => ({
        host_name: host,
        service: binary.replace('nova-', ''),
        zone: its,
      }))
      return ok({ hosts: shown })
    },
  }),
  route({
    name: 'hosts.show',
    method: 'GET',
    path: '/os-hosts/{id}',
    policy: 'os-hosts:show',
    handler: async ({ ctx, who, params: { id: host = '' } }) => {
      const shares = await showHost(ctx, who, host)
      const shown = shares.map(({ of: project, vcpus, memoryMb, diskGb }) => ({
        resource: { host, project, cpu: vcpus, memory_mb: memoryMb, disk_gb: diskGb },
      }))
      return ok({ host: shown })
    },
  }),
  route({
    name: 'hosts.update',
    method: 'PUT',
    path: '/os-hosts/{id}',
    policy: 'os-hosts:update',
    request: updateHost,
    handler: async ({ ctx, who, params: { id: host = '' }, body }) => {
      const { status, maintenance_mode: maintenance } = body
      await checkHost(ctx, who, host, 'os-hosts:update')
      // What no hypervisor of today does, whatever else is asked for.
      if (maintenance !== undefined) {
        throw unable('Virt driver does not implement host maintenance mode.')
      }
      const disabled = status?.toLowerCase() === 'disable'
      await switchHost(ctx, who, host, disabled)
      return ok({ host, status: disabled ? 'disabled' : 'enabled' })
    },
  }),
  powerRoute('reboot', 'os-hosts:reboot'),
  powerRoute('shutdown', 'os-hosts:shutdown'),
  powerRoute('startup', 'os-hosts:start'),
]

export const baremetalDoorRoutes: readonly Route[] = [
  route({
    name: 'baremetalNodes.list',
    method: 'GET',
    path: '/os-baremetal-nodes',
    policy: 'os-baremetal-nodes:list',
    handler: async () => ok({ nodes: [] }),
  }),
  route({
    name: 'baremetalNodes.show',
    method: 'GET',
    path: '/os-baremetal-nodes/{id}',
    policy: 'os-baremetal-nodes:show',
    handler: async ({ params: { id = '' } }) => {
      throw problem('not-found', `Node ${id} could not be found.`, { node: id })
    },
  }),
  route({
    name: 'baremetalNodes.create',
    method: 'POST',
    path: '/os-baremetal-nodes',
    policy: null,
    handler: async () => await elsewhere('node-create'),
  }),
  route({
    name: 'baremetalNodes.delete',
    method: 'DELETE',
    path: '/os-baremetal-nodes/{id}',
    policy: null,
    handler: async () => await elsewhere('node-delete'),
  }),
  action('add_interface', {
    name: 'baremetalNodes.addInterface',
    path: '/os-baremetal-nodes/{id}/action',
    policy: null,
    handler: async () => await elsewhere('port-create'),
  }),
  action('remove_interface', {
    name: 'baremetalNodes.removeInterface',
    path: '/os-baremetal-nodes/{id}/action',
    policy: null,
    handler: async () => await elsewhere('port-delete'),
  }),
]

/** Machines are switched by whoever stands before them: as ordinary hypervisors say. */
function powerRoute(
  verb: 'reboot' | 'shutdown' | 'startup',
  rule: 'os-hosts:reboot' | 'os-hosts:shutdown' | 'os-hosts:start',
): Route {
  return route({
    name: `hosts.${verb}`,
    method: 'GET',
    path: `/os-hosts/{id}/${verb}`,
    policy: rule,
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await checkHost(ctx, who, id, rule)
      throw unable('Virt driver does not implement host power management.')
    },
  })
}

async function elsewhere(command: string): Promise<never> {
  const message = `Command Not supported. Please use Ironic command ${command} to perform this action.`
  throw problem('invalid', message)
}

function unable(message: string): Error {
  return problem('failed', message, { status: 501 })
}
