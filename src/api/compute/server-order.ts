/** What a list of servers is sorted by, from the query's parameters. */
import type { ServerOrder, ServerSortKey } from '../../app/server-list.ts'
import type { Identity } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import type { Api, Query } from './route.ts'

/** Keys as clients write them; those that are not here are taken and do nothing. */
const sortKeys: Readonly<Record<string, ServerSortKey>> = {
  access_ip_v4: 'accessIpV4',
  access_ip_v6: 'accessIpV6',
  auto_disk_config: 'diskConfig',
  availability_zone: 'zone',
  config_drive: 'configDrive',
  created_at: 'createdAt',
  display_description: 'description',
  display_name: 'name',
  host: 'host',
  hostname: 'hostname',
  image_ref: 'imageId',
  instance_type_id: 'flavorId',
  // No server has a kernel or a ramdisk of its own: in this they are all alike.
  kernel_id: 'alike',
  key_name: 'keyName',
  launch_index: 'launchIndex',
  launched_at: 'launchedAt',
  locked: 'locked',
  locked_by: 'lockedBy',
  node: 'host',
  power_state: 'powerState',
  progress: 'progress',
  project_id: 'projectId',
  ramdisk_id: 'alike',
  root_device_name: 'rootDeviceName',
  task_state: 'taskState',
  terminated_at: 'terminatedAt',
  updated_at: 'updatedAt',
  user_id: 'userId',
  uuid: 'id',
  vm_state: 'vmState',
}

/**
 * Newest first, unless it is said otherwise. A key that does nothing takes its direction with it; a key without a direction has
 * the first one.
 */
export function serverOrder(query: Query, who: Identity, api: Api): readonly ServerOrder[] {
  const keys = orElse(query.all('sort_key'), 'created_at')
  const directions = orElse(query.all('sort_dir'), 'desc')
  if (directions.length > keys.length) {
    throw wrongOrder('Sort direction size exceeds sort key size')
  }
  const isIdle = (key: string): boolean =>
    !(key in sortKeys) || (key === 'locked' && !api.has('locksHaveReasons'))
  const meant = keys
    .map((key, at) => ({ key, said: directions[at] }))
    .filter(({ key }) => !isIdle(key))
  const hidden = meant.find(({ key }) => key === 'host' || key === 'node')
  if (hidden !== undefined && !who.roles.has('admin')) {
    throw problem('forbidden', `Only administrators can sort servers by ${hidden.key}`)
  }
  const first = directionOf(meant[0]?.said ?? 'desc')
  const order = meant.map(({ key, said }) => ({
    key: sortKeys[key] ?? ('createdAt' as const),
    direction: said === undefined ? first : directionOf(said),
  }))
  return order.length > 0 ? order : [{ key: 'createdAt', direction: first }]
}

function orElse(values: readonly string[], usual: string): readonly string[] {
  return values.length === 0 ? [usual] : values
}

function directionOf(text: string): 'asc' | 'desc' {
  if (text === 'asc' || text === 'desc') return text
  throw wrongOrder("Unknown sort direction, must be 'desc' or 'asc'")
}

function wrongOrder(reason: string): Error {
  return problem('invalid', `Invalid input received: ${reason}`)
}
