/** What a cloud says through its public APIs: its servers, its moves, its hypervisors, and what everybody holds. */
import type { OpenStack } from './openstack.ts'

export type Amounts = Readonly<Record<string, number>>

export type SeenServer = {
  readonly id: string
  readonly status: string
  readonly task: string | null
  readonly host: string | null
  /** The name of the hypervisor that it is on. */
  readonly node: string | null
  readonly projectId: string
  readonly userId: string
  /** What its flavor needs; null where extra specs make that another question. */
  readonly need: Amounts | null
}

export type SeenMove = {
  readonly id: string
  readonly server: string
  readonly kind: string
  readonly status: string
  readonly sourceNode: string | null
}

export type SeenConsumer = {
  readonly id: string
  readonly generation: number | null
  /** By provider; only those of hypervisors. */
  readonly held: ReadonlyMap<string, Amounts>
}

export type Observation = {
  readonly servers: ReadonlyMap<string, SeenServer>
  readonly moves: ReadonlyMap<string, SeenMove>
  /** Names of hypervisors by the id of the root of their providers. */
  readonly nodes: ReadonlyMap<string, string>
  /** The root of each provider that belongs to a hypervisor. */
  readonly roots: ReadonlyMap<string, string>
  readonly consumers: ReadonlyMap<string, SeenConsumer>
}

const pageSize = 500

export async function observe(cloud: OpenStack): Promise<Observation> {
  // What is held is read first: what appears meanwhile is then a server that seems to hold nothing, which is looked at again.
  const nodes = await hypervisors(cloud)
  const roots = await providers(cloud, nodes)
  const consumers = await held(cloud, roots)
  return { nodes, roots, consumers, moves: await moves(cloud), servers: await servers(cloud) }
}

async function hypervisors(cloud: OpenStack): Promise<ReadonlyMap<string, string>> {
  type Page = { hypervisors: readonly { id: string; hypervisor_hostname: string }[] }
  const all = await paged(async (marker) => {
    const page = await cloud.get<Page>('compute', `/os-hypervisors?limit=${pageSize}${marker}`)
    return page.hypervisors
  })
  return new Map(all.map(({ id, hypervisor_hostname: name }) => [id, name]))
}

async function providers(
  cloud: OpenStack,
  nodes: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  type Found = { resource_providers: readonly { uuid: string; root_provider_uuid: string }[] }
  const found = await cloud.get<Found>('placement', '/resource_providers')
  return new Map(
    found.resource_providers
      .filter((provider) => nodes.has(provider.root_provider_uuid))
      .map((provider) => [provider.uuid, provider.root_provider_uuid]),
  )
}

async function held(
  cloud: OpenStack,
  roots: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, SeenConsumer>> {
  type Held = { resources: Amounts; consumer_generation?: number }
  type Found = { allocations: Readonly<Record<string, Held>> }
  const found = new Map<string, { generation: number | null; held: Map<string, Amounts> }>()
  for (const provider of roots.keys()) {
    const { allocations } = await cloud.get<Found>(
      'placement',
      `/resource_providers/${provider}/allocations`,
    )
    for (const [id, { resources, consumer_generation: generation = null }] of Object.entries(
      allocations,
    )) {
      const consumer = found.get(id) ?? { generation, held: new Map<string, Amounts>() }
      consumer.held.set(provider, resources)
      found.set(id, consumer)
    }
  }
  return new Map([...found].map(([id, each]) => [id, { id, ...each }]))
}

async function moves(cloud: OpenStack): Promise<ReadonlyMap<string, SeenMove>> {
  type Move = {
    readonly uuid: string
    readonly instance_uuid: string
    readonly migration_type: string
    readonly status: string
    readonly source_node: string | null
  }
  type Page = { migrations: readonly Move[] }
  const all = await paged(async (marker) => {
    const page = await cloud.get<Page>('compute', `/os-migrations?limit=${pageSize}${marker}`)
    return page.migrations.map((move) => ({ ...move, id: move.uuid }))
  })
  return new Map(
    all.map((move) => [
      move.uuid,
      {
        id: move.uuid,
        server: move.instance_uuid,
        kind: move.migration_type,
        status: move.status,
        sourceNode: move.source_node,
      },
    ]),
  )
}

type WireServer = {
  readonly id: string
  readonly status: string
  readonly tenant_id: string
  readonly user_id: string
  readonly image: unknown
  readonly 'OS-EXT-STS:task_state': string | null
  readonly 'OS-EXT-SRV-ATTR:host': string | null
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname': string | null
  readonly flavor: {
    readonly vcpus: number
    readonly ram: number
    readonly disk: number
    readonly ephemeral: number
    readonly swap: number
    readonly extra_specs?: Readonly<Record<string, string>>
  }
}

async function servers(cloud: OpenStack): Promise<ReadonlyMap<string, SeenServer>> {
  type Page = { servers: readonly WireServer[] }
  const all = await paged(async (marker) => {
    const path = `/servers/detail?all_tenants=1&limit=${pageSize}${marker}`
    return (await cloud.get<Page>('compute', path)).servers
  })
  return new Map(
    all.map((server) => [
      server.id,
      {
        id: server.id,
        status: server.status,
        task: server['OS-EXT-STS:task_state'],
        host: server['OS-EXT-SRV-ATTR:host'],
        node: server['OS-EXT-SRV-ATTR:hypervisor_hostname'],
        projectId: server.tenant_id,
        userId: server.user_id,
        need: needOf(server),
      },
    ]),
  )
}

/** Extra specs can change what is held in many ways; then the amount is not judged. */
function needOf({ flavor, image }: WireServer): Amounts | null {
  const specs = Object.keys(flavor.extra_specs ?? {})
  if (specs.some((key) => key.startsWith('resources') || key.startsWith('hw:'))) return null
  // A server without an image boots from a volume: its root disk is not on the host.
  const root = image === '' || image === null ? 0 : flavor.disk
  const amounts = {
    VCPU: flavor.vcpus,
    MEMORY_MB: flavor.ram,
    DISK_GB: root + flavor.ephemeral + Math.ceil(flavor.swap / 1024),
  }
  return Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount > 0))
}

/** Pages until one is not full. */
async function paged<T extends { readonly id: string }>(
  next: (marker: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await next(last === undefined ? '' : `&marker=${last.id}`)
    all.push(...page)
    if (page.length < pageSize) return all
  }
}
