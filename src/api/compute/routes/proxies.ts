/**
 * Doors to other services, from before each had its own: images, networks, volumes. They ended long ago; older versions that
 * still had them are answered that they are not there yet.
 */
import { problem } from '../../../lib/problem.ts'
import { action, route } from '../route.ts'
import type { Method, Route } from '../route.ts'
import type { JsonSchema } from '../schemas/json-schema.ts'
import { anyQuery, counting, many, query } from '../schemas/queries.ts'

type Door = readonly [name: string, method: Method, path: string, query?: JsonSchema]

const counted = { ...query(counting), additionalProperties: true }
const count = many({ whole: { minimum: 1 } })
const paged = {
  ...query({ limit: count, offset: count, page_size: count }),
  additionalProperties: true,
}

const doors: readonly Door[] = [
  ['images.list', 'GET', '/images', paged],
  ['images.detail', 'GET', '/images/detail', paged],
  ['images.show', 'GET', '/images/{id}'],
  ['images.delete', 'DELETE', '/images/{id}'],
  ['image.metadata.list', 'GET', '/images/{image_id}/metadata'],
  ['image.metadata.merge', 'POST', '/images/{image_id}/metadata'],
  ['image.metadata.replace', 'PUT', '/images/{image_id}/metadata'],
  ['image.metadata.show', 'GET', '/images/{image_id}/metadata/{id}'],
  ['image.metadata.set', 'PUT', '/images/{image_id}/metadata/{id}'],
  ['image.metadata.delete', 'DELETE', '/images/{image_id}/metadata/{id}'],
  ['baremetalNodes.list', 'GET', '/os-baremetal-nodes'],
  ['baremetalNodes.create', 'POST', '/os-baremetal-nodes'],
  ['baremetalNodes.show', 'GET', '/os-baremetal-nodes/{id}'],
  ['baremetalNodes.delete', 'DELETE', '/os-baremetal-nodes/{id}'],
  ['floatingIpPools.list', 'GET', '/os-floating-ip-pools'],
  ['floatingIps.list', 'GET', '/os-floating-ips'],
  ['floatingIps.create', 'POST', '/os-floating-ips'],
  ['floatingIps.show', 'GET', '/os-floating-ips/{id}'],
  ['floatingIps.delete', 'DELETE', '/os-floating-ips/{id}'],
  ['hosts.list', 'GET', '/os-hosts'],
  ['hosts.show', 'GET', '/os-hosts/{id}'],
  ['hosts.update', 'PUT', '/os-hosts/{id}'],
  ['hosts.reboot', 'GET', '/os-hosts/{id}/reboot'],
  ['hosts.shutdown', 'GET', '/os-hosts/{id}/shutdown'],
  ['hosts.startup', 'GET', '/os-hosts/{id}/startup'],
  ['networks.list', 'GET', '/os-networks'],
  ['networks.show', 'GET', '/os-networks/{id}'],
  ['securityGroupRules.create', 'POST', '/os-security-group-rules'],
  ['securityGroupRules.delete', 'DELETE', '/os-security-group-rules/{id}'],
  ['securityGroups.list', 'GET', '/os-security-groups', counted],
  ['securityGroups.create', 'POST', '/os-security-groups'],
  ['securityGroups.show', 'GET', '/os-security-groups/{id}'],
  ['securityGroups.update', 'PUT', '/os-security-groups/{id}'],
  ['securityGroups.delete', 'DELETE', '/os-security-groups/{id}'],
  ['snapshots.list', 'GET', '/os-snapshots', counted],
  ['snapshots.detail', 'GET', '/os-snapshots/detail', counted],
  ['snapshots.create', 'POST', '/os-snapshots'],
  ['snapshots.show', 'GET', '/os-snapshots/{id}'],
  ['snapshots.delete', 'DELETE', '/os-snapshots/{id}'],
  ['tenantNetworks.list', 'GET', '/os-tenant-networks'],
  ['tenantNetworks.show', 'GET', '/os-tenant-networks/{id}'],
  ['volumes.list', 'GET', '/os-volumes', counted],
  ['volumes.detail', 'GET', '/os-volumes/detail', counted],
  ['volumes.create', 'POST', '/os-volumes'],
  ['volumes.show', 'GET', '/os-volumes/{id}'],
  ['volumes.delete', 'DELETE', '/os-volumes/{id}'],
]

const actions: readonly (readonly [name: string, path: string, key: string])[] = [
  ['baremetalNodes.addInterface', '/os-baremetal-nodes/{id}/action', 'add_interface'],
  ['baremetalNodes.removeInterface', '/os-baremetal-nodes/{id}/action', 'remove_interface'],
]

export const proxyRoutes: readonly Route[] = [
  ...doors.map(([name, method, path, asked = anyQuery]) =>
    route({ name, method, path, policy: null, query: asked, handler: closed }),
  ),
  ...actions.map(([name, path, key]) => action(key, { name, path, policy: null, handler: closed })),
]

async function closed(): Promise<never> {
  throw problem('failed', 'Ask the service itself: this door to it is not there yet.', {
    status: 501,
  })
}
