/**
 * A database full of servers at rest, each with what it holds, a port that is bound, and the record of the operation that built
 * it; and what its hosts hold, in memory. Written directly: over the API it would take minutes.
 */
import type { Listing } from '../../src/app/audit/guests.ts'
import type { Context } from '../../src/app/context.ts'
import { registerHosts } from '../../src/app/hosts/register.ts'
import type { HostResources } from '../../src/domain/host.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import { derivedUuid } from '../../src/lib/ids.ts'
import { toJson } from '../../src/lib/json.ts'
import * as classes from '../../src/store/placement/classes.ts'
import * as traits from '../../src/store/placement/traits.ts'
import type { Tx } from '../../src/store/store.ts'
import {
  addressOf,
  at,
  detailsOf,
  firstPosition,
  flavor,
  guestOf,
  kept,
  macOf,
  portOf,
} from './population-rows.ts'

export type Population = {
  readonly hosts: number
  readonly servers: number
  /** The id of the project that everything belongs to. */
  readonly project?: string
  /** What each host is made of; unless said otherwise there is room for a thousand servers. */
  readonly machine?: HostResources
}

/** Whose the network is: a new server of the project is not to be asked which of its networks it wants. */
const nobody = 'nobody'
const held = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 }
const largeMachine = { ...ordinaryMachine, vcpus: 1024, memoryMb: 1_048_576, diskGb: 100_000 }
const atOnce = 400

/** Fills an empty database. Answers what the hosts hold. */
export async function populate(ctx: Context, population: Population): Promise<Listing> {
  const { hosts, servers, project = 'project', machine = largeMachine } = population
  const names = Array.from({ length: hosts }, (_, i) => `host${i + 1}` as HostName) // named here
  await ctx.store.transaction(async (tx) => {
    await classes.addStandard(tx, at)
    await traits.addStandard(tx, at)
  })
  await registerHosts(
    ctx,
    names.map((name) => ({ name, kind: 'simulated', resources: machine })),
  )
  const listing = new Map(names.map((name): [HostName, Guest[]] => [name, []]))
  const ground = await ctx.store.transaction(async (tx) => await groundOf(tx, project))
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
  await ctx.store.transaction(async (tx) => await total(tx, servers, project))
  return listing
}

type Ground = {
  readonly project: string
  readonly providers: ReadonlyMap<string, number>
  readonly classes: ReadonlyMap<string, number>
}

async function groundOf(tx: Tx, project: string): Promise<Ground> {
  const providers = await tx.selectFrom('providers').select(['name', 'number']).execute()
  await tx
    .insertInto('networks')
    .values({
      id: 'network',
      name: 'network',
      admin_up: 1,
      shared: 0,
      external: 0,
      is_default: 0,
      mtu: 1450,
      port_security: 1,
      dns_domain: '',
      ...kept(nobody),
    })
    .execute()
  await tx
    .insertInto('subnets')
    .values({
      id: 'subnet',
      network_id: 'network',
      name: 'subnet',
      ip_version: 4,
      cidr: '10.0.0.0/8',
      gateway: '10.0.0.1',
      dhcp: 1,
      details: '{}',
      ...kept(nobody),
    })
    .execute()
  return {
    project,
    providers: new Map(providers.map(({ name, number }) => [name, number])),
    classes: await classes.numbersOf(tx, Object.keys(held)),
  }
}

async function write(
  tx: Tx,
  page: readonly { readonly id: ServerId; readonly host: HostName }[],
  { project, providers, classes: numbers }: Ground,
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
        details: toJson(detailsOf(from + i)),
        charged_cores: 1,
        charged_ram_mb: 512,
        // One came after the other.
        created_at: at + from + i,
        updated_at: at + from + i,
        launched_at: at + from + i,
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
        name: '',
        admin_up: 1 as const,
        mac: macOf(from + i),
        device_id: id,
        device_owner: 'compute:nova',
        status: 'ACTIVE',
        port_security: 1 as const,
        made_for: id,
        details: '{}',
        ...kept(project),
      })),
    )
    .execute()
  await tx
    .insertInto('port_addresses')
    .values(
      page.map(({ id }, i) => ({
        subnet_id: 'subnet',
        address: addressOf(from + i),
        position: from + i + firstPosition,
        port_id: portOf(id),
        ordinal: 0,
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
async function total(tx: Tx, servers: number, project: string): Promise<void> {
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
  await tx
    .insertInto('user_usages')
    .values({ project_id: project, user_id: 'user', ...usage })
    .execute()
}
