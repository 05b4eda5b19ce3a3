/** What is used of hosts: the claims on their providers, and how many servers they have. */
import type { HostName } from '../../domain/ids.ts'
import type { Reader } from '../store.ts'

export type HostUse = {
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
  readonly servers: number
  /** Servers that something is being done with. */
  readonly busy: number
}

export const nothingUsed: HostUse = { vcpus: 0, memoryMb: 0, diskGb: 0, servers: 0, busy: 0 }

/** By the name of the host; a host that nothing is used of may be absent. */
export async function useOfHosts(reader: Reader): Promise<ReadonlyMap<HostName, HostUse>> {
  const claims = await reader
    .selectFrom('inventories')
    .innerJoin('providers', 'providers.number', 'inventories.provider')
    .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
    .innerJoin('hosts', 'hosts.provider_id', 'providers.id')
    .select(['hosts.name as host', 'resource_classes.name as class', 'inventories.used'])
    .where('resource_classes.name', 'in', ['VCPU', 'MEMORY_MB', 'DISK_GB'])
    .execute()
  const counts = await reader
    .selectFrom('servers')
    .select((e) => [
      'host',
      e.fn.countAll<number>().as('servers'),
      e.fn.count<number>('task_state').as('busy'),
    ])
    .where('alive', '=', 1)
    .where('host', 'is not', null)
    .groupBy('host')
    .execute()
  const use = new Map<HostName, HostUse>()
  const add = (host: string | null, more: Partial<HostUse>): void => {
    const name = (host ?? '') as HostName // A row of hosts, or of servers that are on one.
    use.set(name, { ...(use.get(name) ?? nothingUsed), ...more })
  }
  for (const { host, class: name, used } of claims) add(host, { [columns[name] ?? '']: used })
  for (const { host, servers, busy } of counts) {
    add(host, { servers: Number(servers), busy: Number(busy) })
  }
  return use
}

const columns: Readonly<Record<string, keyof HostUse>> = {
  VCPU: 'vcpus',
  MEMORY_MB: 'memoryMb',
  DISK_GB: 'diskGb',
}

/** Names of the living servers on a host. */
export async function serversOf(
  reader: Reader,
): Promise<ReadonlyMap<HostName, readonly { readonly id: string; readonly name: string }[]>> {
  const rows = await reader
    .selectFrom('servers')
    .select(['id', 'name', 'host'])
    .where('alive', '=', 1)
    .where('host', 'is not', null)
    .orderBy('number')
    .execute()
  const found = new Map<HostName, { id: string; name: string }[]>()
  for (const { id, name, host } of rows) {
    const at = host as HostName // Not null: the query says so.
    const list = found.get(at)
    if (list === undefined) found.set(at, [{ id, name }])
    else list.push({ id, name })
  }
  return found
}
