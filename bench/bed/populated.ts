/**
 * A database full of servers at rest, each with what it holds, a port that is bound, and the record of the operation that built
 * it; and what its hosts hold, in memory. Written directly: over the API it would take minutes.
 */
import type { Listing } from '../../src/app/audit/guests.ts'
import type { Context } from '../../src/app/context.ts'
import { registerHosts } from '../../src/app/hosts/register.ts'
import type { HostName, PortId, ServerId } from '../../src/domain/ids.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { toJson } from '../../src/lib/json.ts'
import * as classes from '../../src/store/placement/classes.ts'
import * as traits from '../../src/store/placement/traits.ts'
import type { Tx } from '../../src/store/store.ts'

export type Population = { readonly hosts: number; readonly servers: number }

const flavor = {
  number: 1,
  id: 'f',
  name: 'f',
  vcpus: 1,
  memoryMb: 512,
  diskGb: 1,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs: {},
}
const held = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 }
const project = 'project'
const at = 1_700_000_000_000
const atOnce = 400

/** Fills an empty database. Answers what the hosts hold. */
export async function populate(ctx: Context, { hosts, servers }: Population): Promise<Listing> {
  const names = Array.from({ length: hosts }, (_, i) => `host${i + 1}` as HostName) // named here
  await ctx.store.transaction(async (tx) => {
    await classes.addStandard(tx, at)
    await traits.addStandard(tx, at)
  })
  const resources = { ...ordinaryMachine, vcpus: 1024, memoryMb: 1_048_576, diskGb: 100_000 }
  await registerHosts(
    ctx,
    names.map((name) => ({ name, kind: 'simulated', resources })),
  )
  const listing = new Map(names.map((name): [HostName, Guest[]] => [name, []]))
  const ground = await ctx.store.transaction(async (tx) => await groundOf(tx))
  for (let from = 0; from < servers; from += atOnce) {
    const page = Array.from({ length: Math.min(atOnce, servers - from) }, (_, i) => {
      const host = names[(from + i) % hosts]
      if (host === undefined) throw new Error('there are hosts')
      // Ids of this population.
      const id = derivedUuid('server', String(from + i)) as ServerId
      listing.get(host)?.push(guestOf(id, host))
      return { id, host }
    })
    await ctx.store.transaction(async (tx) => await write(tx, page, ground, from))
  }
  await ctx.store.transaction(async (tx) => await total(tx, servers))
  return listing
}

type Ground = {
  readonly providers: ReadonlyMap<string, number>
  readonly classes: ReadonlyMap<string, number>
}

async function groundOf(tx: Tx): Promise<Ground> {
  const providers = await tx.selectFrom('providers').select(['name', 'number']).execute()
  await tx
    .insertInto('networks')
    .values({
      id: 'network',
      project_id: project,
      name: 'network',
      admin_up: 1,
      shared: 1,
      external: 0,
      is_default: 0,
      mtu: 1450,
      port_security: 1,
      description: '',
      created_at: at,
      updated_at: at,
      revision: 1,
    })
    .execute()
  return {
    providers: new Map(providers.map(({ name, number }) => [name, number])),
    classes: await classes.numbersOf(tx, Object.keys(held)),
  }
}

async function write(
  tx: Tx,
  page: readonly { readonly id: ServerId; readonly host: HostName }[],
  { providers, classes: numbers }: Ground,
  from: number,
): Promise<void> {
  const owner = { project_id: project, user_id: 'user' }
  const times = { created_at: at, updated_at: at }
  await tx
    .insertInto('servers')
    .values(
      page.map(({ id, host }, i) => ({
        id,
        alive: 1 as const,
        generation: 3,
        ...owner,
        name: `server-${from + i}`,
        host,
        vm_state: 'active',
        task_state: null,
        power_state: 'running',
        delete_requested: 0 as const,
        image_id: null,
        flavor_id: flavor.id,
        flavor: toJson(flavor),
        move: null,
        group_id: null,
        zone: 'nova',
        key_name: null,
        locked: 0 as const,
        details: '{}',
        charged_cores: 1,
        charged_ram_mb: 512,
        ...times,
        launched_at: at,
        terminated_at: null,
        deleted_at: null,
      })),
    )
    .execute()
  const consumers = await tx
    .insertInto('consumers')
    .values(
      page.map(({ id }) => ({
        id,
        generation: 1,
        type: 'INSTANCE',
        ...owner,
        server_id: id,
        server_alive: 1 as const,
        migration_id: null,
        migration_open: null,
        ...times,
      })),
    )
    .returning(['id', 'number'])
    .execute()
  const consumerOf = new Map(consumers.map(({ id, number }) => [id, number]))
  await tx
    .insertInto('allocations')
    .values(
      page.flatMap(({ id, host }) =>
        Object.entries(held).map(([name, used]) => ({
          consumer: consumerOf.get(id) ?? -1,
          provider: providers.get(host) ?? -1,
          class: numbers.get(name) ?? -1,
          used,
          updated_at: at,
        })),
      ),
    )
    .execute()
  await tx
    .insertInto('ports')
    .values(
      page.map(({ id }, i) => ({
        id: portOf(id),
        network_id: 'network',
        project_id: project,
        name: '',
        admin_up: 1 as const,
        mac: macOf(from + i),
        device_id: id,
        device_owner: 'compute:nova',
        status: 'ACTIVE',
        port_security: 1 as const,
        made_for: id,
        details: '{}',
        description: '',
        ...times,
        revision: 1,
      })),
    )
    .execute()
  await tx
    .insertInto('port_bindings')
    .values(
      page.map(({ id, host }) => ({
        port_id: portOf(id),
        host,
        active: 1 as const,
        vnic_type: 'normal',
        profile: '{}',
      })),
    )
    .execute()
  await tx
    .insertInto('saga_subjects')
    .values(page.map(({ id }) => ({ subject: `server/${id}`, epoch: 1 })))
    .execute()
  await tx
    .insertInto('sagas')
    .values(
      page.map(({ id }) => ({
        id: derivedUuid('saga', id),
        name: 'server.build',
        subject: `server/${id}`,
        active: null,
        state: 'succeeded',
        direction: 'do',
        next: 6,
        round: 1,
        attempts: 0,
        params: '{}',
        outputs: '{"steps":{},"earlier":[]}',
        problem: null,
        interrupt: null,
        epoch: 1,
        owner: 'bench',
        lease_until: at,
        wake_at: at,
        started_at: at,
        updated_at: at,
        ended_at: at,
      })),
    )
    .execute()
}

/** What is used is what is held, and what is charged is what there is. */
async function total(tx: Tx, servers: number): Promise<void> {
  await tx
    .updateTable('inventories')
    .set((e) => ({
      used: e.fn.coalesce(
        e
          .selectFrom('allocations')
          .select((a) => a.fn.sum<number>('allocations.used').as('sum'))
          .whereRef('allocations.provider', '=', 'inventories.provider')
          .whereRef('allocations.class', '=', 'inventories.class'),
        e.lit(0),
      ),
    }))
    .execute()
  const usage = { instances: servers, cores: servers, ram_mb: servers * 512 }
  await tx
    .insertInto('usages')
    .values({ project_id: project, ...usage })
    .execute()
}

function macOf(i: number): string {
  const hex = i.toString(16).padStart(8, '0').match(/../g) ?? []
  return ['02', '00', ...hex].join(':')
}

function portOf(server: ServerId): PortId {
  return derivedUuid('port', server) as PortId // an id of this population
}

function guestOf(server: ServerId, host: HostName): Guest {
  return {
    server,
    host,
    name: server,
    role: 'guest',
    power: 'running',
    vcpus: flavor.vcpus,
    memoryMb: flavor.memoryMb,
    diskGb: flavor.diskGb,
    image: null,
    ports: [],
    volumes: [],
    plugged: [portOf(server)],
    diskGeneration: 'disk',
    rescued: false,
  }
}
