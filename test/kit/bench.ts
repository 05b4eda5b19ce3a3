/**
 * Where one round of the kit is played: a cloud in which a server is in position.
 *
 * The control plane is opened anew for every round; the database and the hosts are put back to what they were. Time is virtual:
 * whatever waits, waits for nothing.
 */
import assert from 'node:assert/strict'
import type { Hosts } from '../../src/agents/hosts.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { seededIds } from '../../src/lib/ids.ts'
import { seededRandom } from '../../src/lib/random.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import type { Watch } from '../../src/saga/moment.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions, Scope } from '../support/fake-cloud.ts'
import { openStage, untilClosed } from './stage.ts'
import type { Stage, StageOpener } from './stage.ts'
import type { Scenario } from './scenario.ts'

const startAt = 1_700_000_000_000

/** A server in position, to which the stage is put back for every round. */
export type Position = {
  readonly scenario: Scenario
  readonly stage: Stage
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

export async function prepare(
  scenario: Scenario,
  open: StageOpener = openStage,
): Promise<Position> {
  const stage = await open(startAt)
  const round = new Round()
  try {
    const clock = stage.clock()
    const cloud = await openOn(round, stage, scenario, {})
    await scenario.prepare(cloud)
    cloud.heal()
    await cloud.settled()
    assert.deepEqual(await cloud.audit(), [], `${scenario.name} begins with a contradiction`)
    await clock.advance(60_000)
  } finally {
    await round.close()
  }
  await stage.keep()
  return { scenario, stage }
}

export async function discard(position: Position): Promise<void> {
  await position.stage.close()
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

/** Puts the position back, lets `work` have it, and ends what is left of it. */
export async function onBench<T>(
  { scenario, stage }: Position,
  { watch, between }: Parts,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  await stage.putBack()
  const round = new Round()
  try {
    const clock = stage.clock()
    let bench: Bench | null = null
    const current = (): Bench => {
      assert(bench !== null, 'nothing is watched before the cloud is open')
      return bench
    }
    const cloud = await openOn(round, stage, scenario, {
      furnished: true,
      ...(watch === undefined ? {} : { watch: () => watch(current) }),
      ...(between === undefined ? {} : { between }),
    })
    bench = { cloud, clock }
    return await work(bench)
  } finally {
    await round.close()
  }
}

async function openOn(
  round: Round,
  stage: Stage,
  scenario: Scenario,
  options: FakeCloudOptions,
): Promise<FakeCloud> {
  const clock = stage.clock()
  const store = untilClosed(stage.store)
  round.after(() => store.end())
  return await fakeCloud(round, {
    hosts: scenario.hosts,
    settings: scenario.settings ?? {},
    clock,
    world: stage.world,
    // The same ids every time, and others in the position than in the round.
    ids: seededIds(seededRandom(clock.now())),
    audited: false,
    leaseMs: 30_000,
    open: async () => store,
    ...options,
  })
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
  const task = server.taskState === null ? '' : ` (${server.taskState})`
  const move = (await cloud.migrations(id)).at(-1)?.status ?? 'none'
  const bodies = cloud.world
    .guests()
    .filter((guest) => guest.server === id)
    .map(({ role, power, rescued, host }) => {
      const doing = rescued ? `rescue ${power}` : power
      return `${role === 'guest' ? doing : role} on ${host}`
    })
    .toSorted()
  const where = status === 'DELETED' ? '' : ` on ${server.host}, ${server.flavor.vcpus} cores`
  return `${status}${task}${where}; move ${move}; ${bodies.join(' and ') || 'no body'}`
}
