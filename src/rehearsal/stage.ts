/**
 * A cloud on a stage: the production code with an embedded database, simulated hosts and a clock that moves only when told to.
 *
 * Its control plane can be dropped at any await, with all that it has in memory, and started again on the database and the
 * hosts as they were left. What a scene needs is prepared once; every repetition begins on a copy of the files.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hosts } from '../agents/hosts.ts'
import { localHosts } from '../agents/local-hosts.ts'
import type { LocalHosts } from '../agents/local-hosts.ts'
import { agentMemories } from '../agents/memory.ts'
import { defaultSettings, openCloud } from '../app/cloud.ts'
import type { Cloud } from '../app/cloud.ts'
import type { RequestContext } from '../app/context.ts'
import { registerHosts } from '../app/hosts/register.ts'
import type { CloudSettings } from '../app/servers/context.ts'
import type { HostName, ServerId } from '../domain/ids.ts'
import { faultPlan } from '../drivers/faults.ts'
import type { FaultPlan } from '../drivers/faults.ts'
import { simulatedDriver } from '../drivers/simulated/driver.ts'
import { ordinaryMachine } from '../drivers/simulated/machine.ts'
import { openWorld } from '../drivers/simulated/world.ts'
import type { World } from '../drivers/simulated/world.ts'
import { seededIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { assert } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import type { VirtualClock } from '../lib/virtual-clock.ts'
import type { Watch } from '../saga/moment.ts'
import { openVolatileStore } from '../store/open.ts'
import * as reading from '../store/sagas/reading.ts'
import type { Store } from '../store/store.ts'

export type StageOptions = {
  readonly hosts: readonly HostName[]
  readonly settings: Partial<CloudSettings>
  /** Told of every moment of every operation. */
  readonly watch?: Watch
  /** Stands between the control plane and its hosts. */
  readonly between?: (hosts: Hosts) => Hosts
  /** Told when the control plane is dead and about to be started again. */
  readonly found?: () => Promise<void>
}

const files = ['berth.db', 'world.db'] as const
const beganAt = 1_700_000_000_000
const leaseMs = 30_000
/** An operation that is not over after so much virtual time, or so many alarms, never ends. */
const patienceMs = 30 * 60_000
const alarmsMax = 10_000

export class Stage {
  readonly clock: VirtualClock
  readonly store: Store
  readonly world: World
  readonly hosts: LocalHosts
  readonly faults: FaultPlan
  /** The server that the scene is about, once there is one. */
  server: ServerId | null = null
  /** How often the control plane was dropped. */
  crashes = 0
  readonly #options: StageOptions
  readonly #folder: string
  readonly #ids: ReturnType<typeof seededIds>
  #cloud: Cloud | null = null
  #dead = false
  #requests = 0

  private constructor(folder: string, clock: VirtualClock, store: Store, options: StageOptions) {
    this.#folder = folder
    this.clock = clock
    this.store = store
    this.#options = options
    // The same ids in every repetition, and others in the repetition than in what was prepared for it.
    this.#ids = seededIds(seededRandom(clock.now()))
    this.world = openWorld({ path: join(folder, 'world.db'), clock, ids: this.#ids })
    this.faults = faultPlan({ clock, random: seededRandom('faults') })
    const memoryOf = agentMemories(this.world.database, clock)
    this.hosts = localHosts({ clock, log: silentLog, memoryOf, faults: this.faults })
    for (const host of options.hosts) {
      this.hosts.add(host, simulatedDriver({ world: this.world, host }))
    }
  }

  /** Opens a stage: an empty one, or a copy of what was prepared. */
  static async open(options: StageOptions, prepared?: Prepared): Promise<Stage> {
    // Where files cost nothing, if there is such a place.
    const shelf = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
    const folder = mkdtempSync(join(shelf, 'berth-rehearsal-'))
    try {
      for (const file of prepared === undefined ? [] : files) {
        copyFileSync(join(prepared?.folder ?? '', file), join(folder, file))
      }
      const clock = virtualClock(prepared?.at ?? beganAt)
      const tools = { clock, random: seededRandom('store'), log: silentLog }
      const store = await openVolatileStore(join(folder, 'berth.db'), tools)
      const stage = new Stage(folder, clock, store, options)
      stage.server = prepared?.server ?? null
      await stage.#start()
      return stage
    } catch (thrown) {
      rmSync(folder, { recursive: true })
      throw thrown
    }
  }

  get cloud(): Cloud {
    assert(this.#cloud !== null, 'the stage is open')
    return this.#cloud
  }

  /** The server of the scene. */
  get subject(): ServerId {
    assert(this.server !== null, 'the scene has a server')
    return this.server
  }

  request(): RequestContext {
    this.#requests += 1
    return { requestId: `req-${this.#requests}`, globalRequestId: null }
  }

  /** The control plane dies here and now: nothing that was not committed ever will be. */
  crash(): void {
    this.crashes += 1
    this.#dead = true
    this.cloud.engine.halt()
  }

  /** Lets time pass until nothing is under way, or nothing on that subject. False when that never comes. */
  async rests(subject?: string): Promise<boolean> {
    const until = this.clock.now() + patienceMs
    for (let alarms = 0; alarms < alarmsMax && this.clock.now() < until; alarms += 1) {
      await this.clock.settle()
      if (this.#dead) {
        await this.#options.found?.()
        await this.#start()
        continue
      }
      const active = await this.store.read(reading.listActive)
      if (!active.some((each) => subject === undefined || each.subject === subject)) return true
      if (!(await this.clock.next())) return false
    }
    return false
  }

  /** What broke works again: faults are over, agents run and are in reach. */
  heal(): void {
    this.faults.replace({ faults: [] })
    for (const host of this.hosts.names()) {
      this.hosts.restart(host)
      this.hosts.setReachable(host, true)
    }
  }

  /** Closes it, and leaves its files to be copied. */
  async keep(): Promise<Prepared> {
    const at = this.clock.now() + 60_000
    await this.#close()
    return { folder: this.#folder, at, server: this.server }
  }

  async close(): Promise<void> {
    await this.#close()
    rmSync(this.#folder, { recursive: true })
  }

  async #close(): Promise<void> {
    await this.#cloud?.close()
    await this.store.close()
    this.world.close()
  }

  /** Starts the control plane, or starts it again. */
  async #start(): Promise<void> {
    this.#dead = false
    const { settings, watch, between, hosts } = this.#options
    const { store, clock } = this
    const ctx = { store, clock, ids: this.#ids, random: seededRandom('cloud'), log: silentLog }
    // What the process before had in memory is gone with it.
    await this.#cloud?.close()
    this.#cloud = await openCloud({
      ctx,
      hosts: between?.(this.hosts) ?? this.hosts,
      settings: { ...defaultSettings, ...settings },
      leaseMs,
      reconcile: 'when told',
      ...(watch === undefined ? {} : { watch }),
    })
    await registerHosts(
      ctx,
      hosts.map((name) => ({ name, kind: 'simulated', resources: ordinaryMachine })),
    )
  }
}

/** Files in which a scene is ready to begin. */
export type Prepared = {
  readonly folder: string
  readonly at: number
  readonly server: ServerId | null
}

export function discard({ folder }: Prepared): void {
  rmSync(folder, { recursive: true })
}
