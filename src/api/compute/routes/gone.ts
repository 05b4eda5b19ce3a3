/** Routes that still have a place in the API and nothing behind it, at any version. */
import { problem } from '../../../lib/problem.ts'
import { action, route } from '../route.ts'
import type { Method, Route } from '../route.ts'

const paths: readonly (readonly [path: string, ...methods: Method[]])[] = [
  ['/os-agents', 'GET', 'POST'],
  ['/os-agents/{id}', 'PUT', 'DELETE'],
  ['/os-cells', 'GET', 'POST'],
  ['/os-cells/capacities', 'GET'],
  ['/os-cells/detail', 'GET'],
  ['/os-cells/info', 'GET'],
  ['/os-cells/sync_instances', 'POST'],
  ['/os-cells/{id}', 'GET', 'PUT', 'DELETE'],
  ['/os-cells/{id}/capacities', 'GET'],
  ['/os-certificates', 'POST'],
  ['/os-certificates/{id}', 'GET'],
  ['/os-cloudpipe', 'GET', 'POST'],
  ['/os-cloudpipe/{id}', 'PUT'],
  ['/os-fixed-ips/{id}', 'GET'],
  ['/os-floating-ip-dns', 'GET'],
  ['/os-floating-ip-dns/{id}', 'PUT', 'DELETE'],
  ['/os-floating-ip-dns/{domain_id}/entries/{id}', 'GET', 'PUT', 'DELETE'],
  ['/os-floating-ips-bulk', 'GET', 'POST'],
  ['/os-floating-ips-bulk/{id}', 'GET', 'PUT'],
  ['/os-fping', 'GET'],
  ['/os-fping/{id}', 'GET'],
  ['/os-networks', 'POST'],
  ['/os-networks/add', 'POST'],
  ['/os-networks/{id}', 'DELETE'],
  ['/os-security-group-default-rules', 'GET', 'POST'],
  ['/os-security-group-default-rules/{id}', 'GET', 'DELETE'],
  ['/os-tenant-networks', 'POST'],
  ['/os-tenant-networks/{id}', 'DELETE'],
  ['/servers/{server_id}/consoles', 'GET', 'POST'],
  ['/servers/{server_id}/consoles/{id}', 'GET', 'DELETE'],
  ['/servers/{server_id}/os-virtual-interfaces', 'GET'],
]

const actions: readonly (readonly [path: string, ...keys: string[]])[] = [
  ['/os-fixed-ips/{id}/action', 'reserve', 'unreserve'],
  [
    '/os-networks/{id}/action',
    'disassociate',
    'disassociate_host',
    'disassociate_project',
    'associate_host',
  ],
  ['/servers/{id}/action', 'resetNetwork'],
]

export const goneRoutes: readonly Route[] = [
  ...paths.flatMap(([path, ...methods]) =>
    methods.map((method) =>
      route({ name: `gone ${method} ${path}`, method, path, policy: null, handler: gone }),
    ),
  ),
  ...actions.flatMap(([path, ...keys]) =>
    keys.map((key) =>
      action(key, { name: `gone ${path} ${key}`, path, policy: null, handler: gone }),
    ),
  ),
]

async function gone(): Promise<never> {
  const message = 'This resource is no longer available. No forwarding address is given.'
  throw problem('not-found', message, { status: 410 })
}
