/**
 * One round of the kit: a cloud in which a server is in position, an operation that is asked for, and something that goes wrong.
 *
 * The position is prepared once and copied for every round, files and all, so that thousands of rounds take a minute. Time is
 * virtual: whatever waits, waits for nothing.
 */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hosts } from '../../src/agents/hosts.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { seededIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import type { Watch } from '../../src/saga/moment.ts'
import { openVolatileStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions, Scope } from '../support/fake-cloud.ts'
import type { Scenario } from './scenario.ts'

/** Where files cost nothing, if there is such a place. */
const shelf = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

const startAt = 1_700_000_000_000

/** A server in position, on files that are copied for every round. */
export type Position = {
  readonly scenario: Scenario
  readonly at: number
  readonly folder: string
}

/** Closes what was opened for one round, the last first. */
class Round implements Scope {
  readonly #closings: (() => Promise<void> | void)[] = []

  after(close: () => Promise<void> | void): void {
    this.#closings.push(close)
  }

  async close(): Promise<void> {
    for (const close of this.#closings.toReversed()) await close()
  }
}

export async function prepare(scenario: Scenario): Promise<Position> {
  const folder = mkdtempSync(join(shelf, 'berth-kit-'))
  const round = new Round()
  try {
    const clock = virtualClock(startAt)
    const cloud = await openOn(round, folder, scenario, clock, {})
    await scenario.prepare(cloud)
    cloud.heal()
    await cloud.settled()
    assert.deepEqual(await cloud.audit(), [], `${scenario.name} begins with a contradiction`)
    await clock.advance(60_000)
    return { scenario, at: clock.now(), folder }
  } finally {
    await round.close()
  }
}

export function discard(position: Position): void {
  rmSync(position.folder, { recursive: true })
}

export type Bench = {
  readonly cloud: FakeCloud
  readonly clock: VirtualClock
}

/** What a round needs besides the position. */
export type Parts = {
  readonly watch?: (bench: () => Bench) => Watch
  readonly between?: (hosts: Hosts) => Hosts
}

/** Opens a copy of the position, lets `work` have it, and closes it. */
export async function onBench<T>(
  position: Position,
  parts: Parts,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(shelf, 'berth-kit-'))
  const round = new Round()
  try {
    for (const file of ['berth.db', 'world.db']) {
      copyFileSync(join(position.folder, file), join(folder, file))
    }
    const clock = virtualClock(position.at)
    let bench: Bench | null = null
    const current = (): Bench => {
      assert(bench !== null, 'nothing is watched before the cloud is open')
      return bench
    }
    const { watch, between } = parts
    const cloud = await openOn(round, folder, position.scenario, clock, {
      ...(watch === undefined ? {} : { watch: () => watch(current) }),
      ...(between === undefined ? {} : { between }),
    })
    bench = { cloud, clock }
    return await work(bench)
  } finally {
    await round.close()
    rmSync(folder, { recursive: true })
  }
}

async function openOn(
  round: Round,
  folder: string,
  scenario: Scenario,
  clock: VirtualClock,
  options: FakeCloudOptions,
): Promise<FakeCloud> {
  return await fakeCloud(round, {
    hosts: scenario.hosts,
    settings: scenario.settings ?? {},
    clock,
    worldPath: join(folder, 'world.db'),
    // The same ids every time, and others in the position than in the round.
    ids: seededIds(seededRandom(clock.now())),
    audited: false,
    leaseMs: 30_000,
    open: async (scope) => await openFile(scope, join(folder, 'berth.db'), clock),
    ...options,
  })
}

async function openFile(scope: Scope, path: string, clock: VirtualClock): Promise<Store> {
  const store = await openVolatileStore(path, {
    clock,
    random: seededRandom('store'),
    log: silentLog,
  })
  scope.after(async () => await store.close())
  return store
}

/** The one server that the round is about. */
export async function theServer(cloud: FakeCloud): Promise<ServerId> {
  const rows = await cloud.store.read(
    async (reader) => await reader.selectFrom('servers').select('id').execute(),
  )
  assert.equal(rows.length, 1)
  // A row of servers has the id of one.
  return rows[0]?.id as ServerId
}

/**
 * What has become of the server, in a line: `ACTIVE on host1, 1 core; move error; guest running on host1`. That holdings,
 * charges and ports agree with it is the audit's business.
 */
export async function sketch(cloud: FakeCloud, id: ServerId): Promise<string> {
  const server = await cloud.server(id)
  const status = await cloud.status(id)
  const move = (await cloud.migrations(id)).at(-1)?.status ?? 'none'
  const bodies = cloud.world
    .guests()
    .filter((guest) => guest.server === id)
    .map(({ role, power, host }) => `${role === 'guest' ? power : role} on ${host}`)
    .toSorted()
  const where = status === 'DELETED' ? '' : ` on ${server.host}, ${server.flavor.vcpus} cores`
  return `${status}${where}; move ${move}; ${bodies.join(' and ') || 'no body'}`
}
