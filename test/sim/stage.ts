/** A cloud to play a story on: hosts, tenants and processes, all on one virtual clock. */
import { existsSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { localHosts } from '../../src/agents/local-hosts.ts'
import type { LocalHosts } from '../../src/agents/local-hosts.ts'
import { agentMemories } from '../../src/agents/memory.ts'
import { defaultSettings } from '../../src/app/cloud.ts'
import type { Context } from '../../src/app/context.ts'
import { registerHosts } from '../../src/app/hosts/register.ts'
import { seedImage } from '../../src/app/image/seed.ts'
import { seedNetwork } from '../../src/app/network/seed.ts'
import { createVolume } from '../../src/app/volume/creating.ts'
import type {
  FlavorId,
  HostName,
  ImageId,
  ProjectId,
  UserId,
  VolumeId,
} from '../../src/domain/ids.ts'
import { withImplied } from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'
import { faultPlan } from '../../src/drivers/faults.ts'
import type { FaultPlan } from '../../src/drivers/faults.ts'
import { simulatedDriver } from '../../src/drivers/simulated/driver.ts'
import type { Durations } from '../../src/drivers/simulated/driver.ts'
import { openWorld } from '../../src/drivers/simulated/world.ts'
import type { World } from '../../src/drivers/simulated/world.ts'
import { verbNames } from '../../src/drivers/verbs.ts'
import type { VirtDriver } from '../../src/drivers/virt-driver.ts'
import { givenUpIn } from '../../src/operations/given-up.ts'
import { seededIds } from '../../src/lib/ids.ts'
import type { Log } from '../../src/lib/log.ts'
import type { Details } from '../../src/lib/problem.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { Random } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import * as flavors from '../../src/store/compute/flavors.ts'
import * as quotas from '../../src/store/compute/quotas.ts'
import * as classes from '../../src/store/placement/classes.ts'
import * as traits from '../../src/store/placement/traits.ts'
import { openTemporaryStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { addDefault as addDefaultVolumeType } from '../../src/store/volume/types.ts'
import { guestsAtOnce, watchedWorld } from './bodies.ts'
import { Judge } from './judge.ts'
import { startProcess } from './process.ts'
import type { Process } from './process.ts'
import { Records } from './records.ts'
import { machine, sizeNames, sizes } from './sizes.ts'
import type { Story } from './story.ts'
import { framesApart, Trace } from './trace.ts'
import { watchedDriver } from './turns.ts'
import { plainVolume, volumesEach } from './volume-acts.ts'

const leaseMs = 6000
/** Some ten times of what a long story takes, in bytes. */
const roomForStory = 512 * 1024 * 1024
/** Any moment will do, as long as it is always the same: instants are shown from here. */
const beginning = 0

type StageParts = Pick<Stage, 'story' | 'store' | 'clock' | 'imageRef' | 'volumes'> & {
  /** How many lines of what happens are remembered. */
  readonly keep: number
}

export class Stage {
  readonly clock: VirtualClock
  readonly story: Story
  readonly trace: Trace
  readonly judge: Judge
  readonly records: Records
  readonly store: Store
  readonly world: World
  readonly hosts: LocalHosts
  readonly faults: FaultPlan
  readonly admin: Identity = { ...tenantOf(0), userName: 'admin', roles: withImplied(['admin']) }
  /** Hosts that an operator takes for lost. */
  readonly givenUp = new Set<HostName>()
  /** What servers are rebuilt from. */
  readonly imageRef: ImageId
  /** Those of each tenant. */
  readonly volumes: readonly (readonly VolumeId[])[]
  readonly #random: Random
  readonly #processes: Process[] = []
  #starts = 0

  constructor({ story, store, keep, clock, imageRef, volumes }: StageParts) {
    this.clock = clock
    this.imageRef = imageRef
    this.volumes = volumes
    this.story = story
    this.store = store
    this.#random = seededRandom(`stage ${story.seed}`)
    this.trace = new Trace(clock, keep)
    this.judge = new Judge(this.trace, () => this.#freeze())
    const world = openWorld({ path: ':memory:', clock, ids: seededIds(this.#random.fork('disks')) })
    // Named by this very stage, and known before anything runs there.
    const isInService = (host: string): boolean => this.hosts.isUp(host as HostName)
    this.records = new Records(this.judge, this.trace, guestsAtOnce(world, isInService))
    this.world = watchedWorld(world, this.judge, this.records.seen, isInService)
    this.faults = faultPlan({ clock, random: this.#random.fork('faults') })
    const memoryOf = agentMemories(world.database, clock)
    const log = this.#log('agents')
    const givenUp = givenUpIn(store)
    const around = (driver: VirtDriver, host: HostName): VirtDriver => {
      const isCatchingUp = (): boolean => this.hosts.isInTouch(host) && !this.hosts.isUp(host)
      return watchedDriver(driver, { host, judge: this.judge, isCatchingUp })
    }
    this.hosts = localHosts({ clock, log, memoryOf, faults: this.faults, givenUp, around })
    for (const host of this.hostNames()) {
      const durations = drawnDurations(this.#random.fork(`durations ${host}`), story.slowness)
      const driver = simulatedDriver({ world: this.world, host, resources: machine, durations })
      this.hosts.add(host, driver)
    }
  }

  hostNames(): readonly HostName[] {
    // Named here.
    return Array.from({ length: this.story.hosts }, (_, i) => `host${i + 1}` as HostName)
  }

  get processes(): readonly Process[] {
    return this.#processes
  }

  tenant(number: number): Identity {
    return tenantOf(number)
  }

  /** Starts the process of that number, or starts it again: another one, on what the last one left. */
  start(number: number): void {
    this.#starts += 1
    const starts = this.#starts
    const random = this.#random.fork(`process ${number} start ${this.#starts}`)
    const dawdling = random.fork('dawdling')
    this.trace.say(`process ${number} starts`)
    this.#processes[number] = startProcess({
      number,
      store: this.store,
      hosts: this.hosts,
      clock: this.clock,
      settings: {
        ...defaultSettings,
        failurePolicy: this.story.policy,
        resizeToSameHost: this.story.sameHost,
        confirmWindowMs: this.story.confirmWindowMs,
        reclaimAfterMs: this.story.reclaimAfterMs ?? 0,
        powerSyncEveryMs: 20_000,
      },
      leaseMs,
      alone: this.story.processes === 1,
      inspect: async (tx, process) => await this.records.inspect(tx, `process ${process}`, starts),
      ids: seededIds(random.fork('ids')),
      random,
      log: this.#log(`process ${number}`),
      say: (text) => this.trace.say(text),
      dawdle: () => (dawdling.below(8) === 0 ? dawdling.below(12) : 0),
    })
  }

  async close(): Promise<void> {
    for (const { gate } of this.#processes) gate.remove()
    await this.store.close()
    this.world.close()
  }

  /** Nothing happens any more: the world stays as it is. */
  #freeze(): void {
    for (const { gate } of this.#processes) gate.remove()
  }

  #log(who: string): Log {
    const say = (message: string, fields: Details = {}): void => {
      const [facts, frames] = framesApart(fields)
      this.trace.say(`${who} notes: ${message} ${JSON.stringify(facts)}`, frames)
    }
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: say,
      error: (message, fields = {}) => {
        say(message, fields)
        const [facts, frames] = framesApart(fields)
        // Being stuck is what must be told while something is broken; anything else is a mistake of ours.
        if (message !== 'an operation is stuck')
          this.judge.fail('bug', `${message}: ${JSON.stringify(facts)}`, frames)
      },
      child: () => log,
    }
    return log
  }
}

/** Builds the stage. `keep` is how many lines of what happens are remembered. */
export async function openStage(story: Story, keep: number): Promise<Stage> {
  const clock = virtualClock(beginning)
  const random = seededRandom(`set-up ${story.seed}`)
  const ids = seededIds(random.fork('ids'))
  const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
  const store = await openTemporaryStore({ clock, random, log: silent }, quickFolder())
  const ctx: Context = { store, clock, ids, random, log: silent }
  const imageRef = await store.transaction(async (tx) => {
    await classes.addStandard(tx, beginning)
    await traits.addStandard(tx, beginning)
    for (const name of sizeNames) {
      const rest = { ephemeralGb: 0, swapMb: 0, rxtxFactor: 1, isPublic: true, disabled: false }
      // A flavor is called by its size.
      const flavor = { id: name as string as FlavorId, name, ...sizes[name], ...rest }
      await flavors.insert(tx, { ...flavor, description: null, extraSpecs: {} }, beginning)
    }
    const projects = Array.from({ length: story.tenants }, (_, number) => projectOf(number))
    await addDefaultVolumeType(tx, beginning)
    await seedNetwork(tx, { ids, at: beginning, owner: projectOf(0), projects })
    for (const [number, project] of projects.entries()) {
      // Every third tenant is poor, so that limits are met.
      const limits = number % 3 === 2 ? { instances: 3, cores: 6 } : { instances: 30, cores: 60 }
      await quotas.setLimits(tx, project, limits)
    }
    // Nobody looks into it.
    const data = { file: null, size: 1, checksum: '', sha512: '' }
    return await seedImage(tx, { ids, at: beginning, owner: projectOf(0), data })
  })
  const volumes = await makeVolumes(ctx, story.tenants)
  const stage = new Stage({ story, store, keep, clock, imageRef, volumes })
  const list = stage
    .hostNames()
    .map((name) => ({ name, kind: 'simulated', resources: machine }) as const)
  await registerHosts(ctx, list)
  await stage.hosts.open()
  for (let number = 0; number < story.processes; number += 1) stage.start(number)
  await clock.settle()
  return stage
}

/** Gives every tenant a few volumes. */
async function makeVolumes(ctx: Context, tenants: number): Promise<VolumeId[][]> {
  const all: VolumeId[][] = []
  for (let number = 0; number < tenants; number += 1) {
    const own: VolumeId[] = []
    for (let nth = 0; nth < volumesEach; nth += 1) {
      const made = await createVolume(ctx, tenantOf(number), plainVolume)
      own.push(made.volume.id)
    }
    all.push(own)
  }
  return all
}

/** Where files are in memory and there is room for one story's, or else where temporary ones are. */
function quickFolder(): string {
  const inMemory = '/dev/shm'
  if (!existsSync(inMemory)) return tmpdir()
  const { bavail, bsize } = statfsSync(inMemory)
  return bavail * bsize > roomForStory ? inMemory : tmpdir()
}

function tenantOf(number: number): Identity {
  return {
    // Made up here.
    userId: `user-${number}` as UserId,
    userName: `tenant ${number}`,
    projectId: projectOf(number),
    systemScoped: false,
    roles: withImplied(['member']),
  }
}

function projectOf(number: number): ProjectId {
  return `project-${number}` as ProjectId // made up here
}

/** Every verb takes another time each time; mostly short, sometimes as long as it may. */
function drawnDurations(random: Random, mostMs: number): Durations {
  const draw = (): number => Math.floor(mostMs * random.next() ** 4)
  const durations: Durations = {}
  for (const verb of verbNames) Object.defineProperty(durations, verb, { get: draw })
  return durations
}
