/**
 * A cloud for tests: production code on a private database, with simulated hosts and faults to order.
 *
 * Tests speak of servers, flavors and hosts; whatever waits, waits for a condition and never for time.
 */
import assert from 'node:assert/strict'
import { localHosts } from '../../src/agents/local-hosts.ts'
import type { Hosts } from '../../src/agents/hosts.ts'
import type { LocalHosts } from '../../src/agents/local-hosts.ts'
import { agentMemories } from '../../src/agents/memory.ts'
import { auditRecords } from '../../src/app/audit/audit.ts'
import type { Violation } from '../../src/app/audit/violation.ts'
import { openCloud, defaultSettings } from '../../src/app/cloud.ts'
import type { Cloud } from '../../src/app/cloud.ts'
import { registerHosts } from '../../src/app/hosts/register.ts'
import { plainWish } from '../../src/rehearsal/wishes.ts'
import * as creating from '../../src/app/servers/create.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import * as power from '../../src/app/servers/power.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import type { CloudSettings } from '../../src/app/servers/context.ts'
import type { RequestContext } from '../../src/app/context.ts'
import type { FlavorId, HostName, ProjectId, ServerId, UserId } from '../../src/domain/ids.ts'
import { withImplied } from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'
import type { ActionRecord, Fault, Migration, Server } from '../../src/domain/server.ts'
import { statusOf } from '../../src/domain/states.ts'
import type { ServerStatus } from '../../src/domain/states.ts'
import { faultPlan } from '../../src/drivers/faults.ts'
import type { FaultPlan } from '../../src/drivers/faults.ts'
import { ordinaryMachine } from '../../src/drivers/simulated/machine.ts'
import { simulatedDriver } from '../../src/drivers/simulated/driver.ts'
import { openWorld } from '../../src/drivers/simulated/world.ts'
import type { World } from '../../src/drivers/simulated/world.ts'
import type { Guest } from '../../src/drivers/virt-driver.ts'
import { givenUpIn } from '../../src/operations/given-up.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { randomIds } from '../../src/lib/ids.ts'
import type { Ids } from '../../src/lib/ids.ts'
import { openLog, silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import type { Watch } from '../../src/saga/moment.ts'
import * as changes from '../../src/store/changes.ts'
import * as actions from '../../src/store/compute/actions.ts'
import * as faults from '../../src/store/compute/faults.ts'
import * as flavors from '../../src/store/compute/flavors.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import * as migrations from '../../src/store/compute/migrations.ts'
import * as charges from '../../src/store/compute/charges.ts'
import * as servers from '../../src/store/compute/servers.ts'
import * as holdings from '../../src/store/placement/holdings.ts'
import type { Store } from '../../src/store/store.ts'
import { openEmbedded } from './stores.ts'

export type Size = { readonly vcpus?: number; readonly memoryMb?: number; readonly diskGb?: number }
export type HostPlan = Size & { readonly name: string }

export type FakeCloudOptions = {
  /** Names of hosts, or plans of their sizes. Two ordinary ones by default. */
  readonly hosts?: readonly (string | HostPlan)[]
  readonly settings?: Partial<CloudSettings>
  readonly open?: (t: Scope) => Promise<Store>
  readonly watch?: (cloud: () => FakeCloud) => Watch
  readonly leaseMs?: number
  /** Virtual time: then nothing waits, and `settled` moves time on. The machine's clock otherwise. */
  readonly clock?: Clock | VirtualClock
  /** Random ones, unless said otherwise. */
  readonly ids?: Ids
  /** What simulated hosts hold, when it is there already, and whether their records are. */
  readonly world?: World
  readonly furnished?: boolean
  /** What stands between the control plane and its hosts. */
  readonly between?: (hosts: Hosts) => Hosts
  readonly networks?: creating.CreateWish['networks'] // of servers that do not say
  /** Whether the cloud is audited when the test is over. It is, unless said otherwise. */
  readonly audited?: boolean
}

/** Something that ends, after which what was opened for it is closed: a test, or one round of many. */
export type Scope = { after(close: () => Promise<void> | void): void }

/** What one holder holds on one host: amounts by resource class. */
export type Held = Readonly<Record<string, number>>

export const tenant: Identity = {
  userId: 'user-1' as UserId,
  userName: 'tenant',
  projectId: 'project-1' as ProjectId,
  systemScoped: false,
  roles: withImplied(['member']),
}

export const admin: Identity = { ...tenant, userName: 'admin', roles: withImplied(['admin']) }

export async function fakeCloud(t: Scope, options: FakeCloudOptions = {}): Promise<FakeCloud> {
  let cloud: FakeCloud | null = null
  // What is said first is done first: the audit comes before the database is closed.
  t.after(async () => {
    if (options.audited !== false) await cloud?.verify()
  })
  cloud = new FakeCloud(t, await (options.open ?? openEmbedded)(t), options)
  await cloud.start()
  return cloud
}

/** How long the end of a test waits for operations to come to theirs, in ms. What still runs is audited as it is. */
const patienceAtEndMs = 2_000

/** So many alarms of the virtual clock without an end are an operation that never ends. */
const alarmsMax = 20_000

export class FakeCloud {
  readonly store: Store
  readonly world: World
  readonly clock: Clock | VirtualClock
  readonly faults: FaultPlan
  readonly hosts: LocalHosts
  readonly #options: FakeCloudOptions
  readonly #t: Scope
  #cloud: Cloud | null = null
  #requests = 0

  constructor(t: Scope, store: Store, options: FakeCloudOptions) {
    this.#t = t
    this.store = store
    this.#options = options
    const clock = options.clock ?? systemClock
    this.clock = clock
    this.faults = faultPlan({ clock, random: seededRandom('faults') })
    this.world = options.world ?? openWorld({ path: ':memory:', clock, ids: randomIds })
    if (options.world === undefined) t.after(() => this.world.close())
    const memoryOf = agentMemories(this.world.database, clock)
    const parts = { clock, log: silentLog, memoryOf, faults: this.faults }
    this.hosts = localHosts({ ...parts, givenUp: givenUpIn(store) })
    for (const plan of this.#plans()) {
      const resources = { ...ordinaryMachine, ...plan }
      const host = plan.name as HostName
      this.hosts.add(host, simulatedDriver({ world: this.world, host, resources }))
    }
  }

  get cloud(): Cloud {
    assert(this.#cloud !== null, 'the cloud is running')
    return this.#cloud
  }

  /** Starts the control plane, or starts it again after a crash: hosts and database are as they were left. */
  async start(alone?: boolean): Promise<void> {
    await this.hosts.open()
    this.#cloud = await this.another(undefined, alone)
  }

  /**
   * One more control plane on the same database and hosts; the one that runs goes on. Where the database admits one only, or
   * when it is told so, it takes over everything at once.
   */
  async another(
    watch: Watch | null = this.#options.watch?.(() => this) ?? null,
    alone: boolean = this.store.dialect === 'sqlite',
  ): Promise<Cloud> {
    const ctx = {
      store: this.store,
      clock: this.clock,
      ids: this.#options.ids ?? randomIds,
      random: seededRandom('cloud'),
      log: process.env['BERTH_TEST_LOG'] === undefined ? silentLog : openLog('debug'),
    }
    const cloud = await openCloud({
      ctx,
      hosts: this.#options.between?.(this.hosts) ?? this.hosts,
      settings: { ...defaultSettings, ...this.#options.settings },
      leaseMs: this.#options.leaseMs ?? 10_000,
      alone,
      reconcile: 'when told',
      ...(watch === null ? {} : { watch }),
    })
    this.#t.after(async () => await cloud.close())
    if (this.#options.furnished === true) return cloud
    await registerHosts(
      ctx,
      this.#plans().map((plan) => ({
        name: plan.name as HostName,
        kind: 'simulated',
        resources: { ...ordinaryMachine, ...plan },
      })),
    )
    return cloud
  }

  /** Everything that was broken works again: faults are over, agents run and are in reach. */
  heal(): void {
    this.faults.replace({ faults: [] })
    for (const host of this.hosts.names()) {
      this.hosts.restart(host)
      this.hosts.setReachable(host, true)
    }
  }

  /** What contradicts what, in the records and on the hosts. */
  async audit(): Promise<readonly Violation[]> {
    const listing = new Map(this.hosts.names().map((host) => [host, this.world.guests(host)]))
    return await auditRecords({ store: this.store, clock: this.clock }, listing)
  }

  /** Heals what is broken, waits a while for operations to end, and finds no contradiction. */
  async verify(): Promise<void> {
    this.heal()
    if (isVirtual(this.clock)) await this.settled()
    else await Promise.race([this.settled(), this.clock.sleep(patienceAtEndMs)])
    assert.deepEqual(await this.audit(), [])
  }

  /** The control plane dies here and now; nothing more of it is written. */
  crash(): void {
    this.cloud.engine.halt()
  }

  /** A flavor of this size, made when it is first asked for. */
  async flavor(size: Size): Promise<FlavorId> {
    const { vcpus = 1, memoryMb = 512, diskGb = 1 } = size
    const id = `f-${vcpus}-${memoryMb}-${diskGb}` as FlavorId
    await this.store.transaction(async (tx) => {
      if ((await flavors.find(tx, id)) !== null) return
      const rest = { ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, isPublic: true, disabled: false }
      const flavor = { id, name: id, vcpus, memoryMb, diskGb, ...rest }
      await flavors.insert(tx, { ...flavor, description: null, extraSpecs: {} }, this.clock.now())
    })
    return id
  }

  /** Reserves a little of the host, so that among equals it is chosen last. */
  async chooseLast(host: string): Promise<void> {
    await this.store.transaction(async (tx) => {
      const provider = await tx
        .selectFrom('providers')
        .select(['number', 'id'])
        .where('name', '=', host)
        .executeTakeFirstOrThrow()
      await tx
        .updateTable('inventories')
        .set({ reserved: 1 })
        .where('provider', '=', provider.number)
        .execute()
      const at = this.clock.now()
      await changes.record(tx, { topic: 'provider', key: provider.id, data: { what: 'stock' }, at })
    })
    await this.store.settled()
  }

  get requests(): number {
    return this.#requests
  }

  request(): RequestContext {
    this.#requests += 1
    return { requestId: `req-${this.#requests}`, globalRequestId: null }
  }

  /** Asks for a server and does not wait. */
  async create(
    size: Size = {},
    wish: Partial<creating.CreateWish> = {},
    who: Identity = tenant,
  ): Promise<ServerId> {
    const made = await creating.create(this.cloud.ctx, who, this.request(), {
      ...plainWish,
      imageRef: null,
      flavorRef: await this.flavor(size),
      networks: this.#options.networks ?? 'none',
      ...wish,
    })
    const [server] = made.servers
    assert(server !== undefined)
    return server.id
  }

  /** A server that has been built, or has failed to be. */
  async boot(size: Size = {}, on?: string): Promise<ServerId> {
    const id = await this.create(size, on === undefined ? {} : { host: on }, admin)
    await this.settled(id)
    return id
  }

  async resize(
    id: ServerId,
    size: Size,
    options: { readonly policy?: 'leave' | 'rollback' } = {},
  ): Promise<RequestContext> {
    const flavorRef = await this.flavor(size)
    const request = this.request()
    await resizing.resize(this.cloud.ctx, tenant, request, id, { flavorRef, ...options })
    await this.settled(id)
    return request
  }

  async migrate(id: ServerId, host: string | null = null): Promise<void> {
    await resizing.migrate(this.cloud.ctx, admin, this.request(), id, { host })
    await this.settled(id)
  }

  async confirm(id: ServerId): Promise<void> {
    await resizing.confirmResize(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async revert(id: ServerId): Promise<void> {
    await resizing.revertResize(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async stop(id: ServerId): Promise<void> {
    await power.stop(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async startServer(id: ServerId): Promise<void> {
    await power.start(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  async reboot(id: ServerId, type: 'SOFT' | 'HARD' = 'HARD'): Promise<void> {
    await power.reboot(this.cloud.ctx, tenant, this.request(), id, type)
    await this.settled(id)
  }

  async delete(id: ServerId): Promise<void> {
    await deleting.remove(this.cloud.ctx, tenant, this.request(), id)
    await this.settled(id)
  }

  /** Waits until no operation owns the server, or nothing at all is under way. */
  async settled(id?: ServerId): Promise<void> {
    for (let alarms = 0; ; alarms += 1) {
      if (isVirtual(this.clock)) await this.clock.settle()
      const active = await this.underWay()
      const next = active.find(({ subject }) => id === undefined || subject === `server/${id}`)
      if (next === undefined) return
      if (isVirtual(this.clock)) {
        assert(alarms < alarmsMax && (await this.clock.next()), `${next.name} never ends`)
      } else await this.cloud.engine.settled(next.id)
    }
  }

  async underWay(): Promise<readonly { id: string; subject: string; name: string }[]> {
    return await this.store.read(
      async (reader) =>
        await reader
          .selectFrom('sagas')
          .select(['id', 'subject', 'name'])
          .where('active', '=', 1)
          .execute(),
    )
  }

  async server(id: ServerId): Promise<Server> {
    const server = await this.store.read(async (reader) => await servers.find(reader, id))
    assert(server !== null, 'the server exists')
    return server
  }

  async status(id: ServerId): Promise<ServerStatus> {
    const server = await this.server(id)
    return statusOf(server.vmState, server.taskState)
  }

  async fault(id: ServerId): Promise<Fault | null> {
    const found = await this.store.read(async (reader) => await faults.newestOf(reader, [id]))
    return found.get(id) ?? null
  }

  /** Every migration of the server, oldest first. */
  async migrations(id: ServerId): Promise<readonly Migration[]> {
    return await this.store.read(async (reader) => {
      const rows = reader.selectFrom('migrations').selectAll().where('server_id', '=', id)
      return (await rows.orderBy('number').execute()).map(migrations.toMigration)
    })
  }

  async openMigration(id: ServerId): Promise<Migration | null> {
    return await this.store.read(async (reader) => await migrations.openOf(reader, id))
  }

  async action(id: ServerId, request: RequestContext): Promise<ActionRecord> {
    const found = await this.store.read(
      async (reader) => await actions.find(reader, id, request.requestId),
    )
    assert(found !== null, 'the action exists')
    return found
  }

  /** What a server or a migration holds, by host. */
  async held(holder: string): Promise<Readonly<Record<string, Held>>> {
    return await this.store.read(async (reader) => {
      const names = new Map(
        (await hosts.list(reader)).map((host) => [host.providerId as string, host.name as string]),
      )
      const held: Record<string, Record<string, number>> = {}
      for (const { provider, resourceClass, amount } of await holdings.heldBy(reader, holder)) {
        const host = names.get(provider) ?? provider
        held[host] = { ...held[host], [resourceClass]: amount }
      }
      return held
    })
  }

  /** What is in use on a host in sum, without classes of which nothing is. */
  async used(host: string): Promise<Held> {
    return await this.store.read(async (reader) => {
      const rows = await reader
        .selectFrom('inventories')
        .innerJoin('providers', 'providers.number', 'inventories.provider')
        .innerJoin('resource_classes', 'resource_classes.number', 'inventories.class')
        .select(['resource_classes.name', 'used'])
        .where('providers.name', '=', host)
        .where('used', '>', 0)
        .execute()
      return Object.fromEntries(rows.map(({ name, used }) => [name, used]))
    })
  }

  async charged(
    who: Identity = tenant,
  ): Promise<{ instances: number; cores: number; ram: number }> {
    const project = who.projectId
    assert(project !== null)
    return { ...(await this.store.read(async (reader) => await charges.usageOf(reader, project))) }
  }

  guests(host: string): readonly Guest[] {
    return this.world.guests(host as HostName)
  }

  #plans(): readonly HostPlan[] {
    return (this.#options.hosts ?? ['host1', 'host2']).map((plan) =>
      typeof plan === 'string' ? { name: plan } : plan,
    )
  }
}

/** What a flavor of this size holds. */
export function amountsOf(size: Size): Held {
  const { vcpus = 1, memoryMb = 512, diskGb = 1 } = size
  return { VCPU: vcpus, MEMORY_MB: memoryMb, DISK_GB: diskGb }
}

function isVirtual(clock: Clock | VirtualClock): clock is VirtualClock {
  return 'advance' in clock
}
