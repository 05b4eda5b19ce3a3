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
import type { CreateWish } from '../../src/app/servers/create.ts'
import type { CloudSettings } from '../../src/app/servers/context.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import type { Identity } from '../../src/domain/identity.ts'
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
import * as charges from '../../src/store/compute/charges.ts'
import type { Store } from '../../src/store/store.ts'
import { CloudDeeds, tenant } from './cloud-deeds.ts'
import type { Size } from './cloud-deeds.ts'
import { openEmbedded } from './stores.ts'

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
  /** Of servers that do not say. */
  readonly networks?: CreateWish['networks']
  /** Whether the cloud is audited when the test is over. It is, unless said otherwise. */
  readonly audited?: boolean
}

/** Something that ends, after which what was opened for it is closed: a test, or one round of many. */
export type Scope = { after(close: () => Promise<void> | void): void }

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

export class FakeCloud extends CloudDeeds {
  readonly world: World
  readonly clock: Clock | VirtualClock
  readonly faults: FaultPlan
  readonly hosts: LocalHosts
  protected readonly networks: CreateWish['networks']
  readonly #options: FakeCloudOptions
  readonly #t: Scope
  #cloud: Cloud | null = null

  constructor(t: Scope, store: Store, options: FakeCloudOptions) {
    super(store)
    this.#t = t
    this.#options = options
    this.networks = options.networks ?? 'none'
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

function isVirtual(clock: Clock | VirtualClock): clock is VirtualClock {
  return 'advance' in clock
}
