/** A row of the failure matrix as a test: set up, break, ask, and compare everything that the row states. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { seededIds } from '../../src/lib/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { ProblemKind } from '../../src/lib/problem.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { Moment } from '../../src/saga/moment.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from '../support/fake-cloud.ts'
import { sketch } from '../kit/bench.ts'
import { rows } from './rows.ts'

/** A test named by its row. */
export function row(id: string, body: (t: TestContext) => Promise<void>): void {
  const words = rows[id]
  assert(words !== undefined, `there is no row ${id}`)
  test(`${id} ${words}`, body)
}

/** At which moment of the operation something happens once, or some times. */
export type At = Pick<Moment, 'at' | 'step'> & { readonly back?: true; readonly times?: number }

export type Case = FakeCloudOptions & {
  /** Brings the one server into position; nothing where the operation makes it. */
  readonly position?: (cloud: FakeCloud) => Promise<ServerId>
  readonly ask: (cloud: FakeCloud, server: ServerId) => Promise<unknown>
  /** The host that is chosen last. */
  readonly last?: string
  readonly faults?: readonly FaultData[]
  /** The control plane dies there and is started again. */
  readonly crash?: At
  /** That is thrown there. */
  readonly refuse?: At & { readonly kind: ProblemKind }
  /** Somebody does something there. */
  readonly meanwhile?: At & {
    readonly act: (cloud: FakeCloud, server: ServerId) => Promise<unknown>
  }
  /** What has become of it, as `sketch` tells, when faults are healed and everything has ended. */
  readonly end: string
  /** What it held when its operation had ended: by host, in cores. */
  readonly holds: Readonly<Record<string, number>>
  /** What the project is charged in the end. */
  readonly cores: number
  /** What the newest fault says, or null when there must be none to be seen. */
  readonly fault?: RegExp | null
  /** How the action ended that was asked for. */
  readonly result?: 'Error' | null
  readonly then?: (cloud: FakeCloud, server: ServerId) => Promise<void>
}

/** Plays a case and checks everything that it states; that nothing else is wrong is checked by the audit at the end. */
export async function play(t: TestContext, given: Case): Promise<void> {
  let dead = false
  const left = { crash: given.crash?.times ?? 1, refuse: given.refuse?.times ?? 1, act: 1 }
  let server: ServerId | null = null
  const cloud = await fakeCloud(t, {
    clock: virtualClock(1_700_000_000_000),
    // The same every time, so that what is drawn among equal hosts is the same too.
    ids: seededIds(seededRandom('row')),
    ...given,
    watch: (current) => async (moment) => {
      if (isAt(moment, given.crash) && left.crash-- > 0) {
        dead = true
        current().crash()
      }
      if (given.refuse !== undefined && isAt(moment, given.refuse) && left.refuse-- > 0) {
        throw problem(given.refuse.kind, 'The row refuses this')
      }
      if (given.meanwhile !== undefined && isAt(moment, given.meanwhile) && left.act-- > 0) {
        server ??= await only(current())
        await given.meanwhile.act(current(), server)
      }
    },
  })
  if (given.last !== undefined) await cloud.chooseLast(given.last)
  server = (await given.position?.(cloud)) ?? null
  if (server !== null) await cloud.settled()
  cloud.faults.replace({ faults: given.faults ?? [] })
  const asked = cloud.requests
  // The rows do not know the id of what is made only now.
  await given.ask(cloud, server ?? ('' as ServerId))
  server ??= await only(cloud)
  await untilFree(cloud, server, () => {
    const was = dead
    dead = false
    return was
  })
  const used = Object.fromEntries(
    Object.entries(await cloud.held(server)).map(([host, held]) => [host, held['VCPU']]),
  )
  assert.deepEqual(used, given.holds)
  for (const { id } of await cloud.migrations(server)) {
    if ((await cloud.openMigration(server))?.id !== id) assert.deepEqual(await cloud.held(id), {})
  }
  cloud.heal()
  await cloud.settled()
  assert.equal(await sketch(cloud, server), given.end)
  assert.equal((await cloud.server(server)).taskState, null)
  assert.equal((await cloud.charged()).cores, given.cores)
  const fault = await cloud.fault(server)
  if (given.fault === null) assert.equal(fault, null)
  else if (given.fault !== undefined) assert.match(fault?.message ?? '', given.fault)
  if (given.result !== undefined) {
    const action = await cloud.action(server, {
      requestId: `req-${asked + 1}`,
      globalRequestId: null,
    })
    assert.equal(action.message, given.result)
    if (given.result === 'Error') assert.ok(action.events.some(({ result }) => result === 'Error'))
  }
  await given.then?.(cloud, server)
}

function isAt(moment: Moment, at: At | undefined): boolean {
  if (at === undefined) return false
  const back = moment.direction !== 'do'
  return moment.at === at.at && moment.step === at.step && back === (at.back ?? false)
}

async function only(cloud: FakeCloud): Promise<ServerId> {
  const rowsFound = await cloud.store.read(
    async (reader) => await reader.selectFrom('servers').select('id').execute(),
  )
  assert.equal(rowsFound.length, 1)
  // A row of servers has the id of one.
  return rowsFound[0]?.id as ServerId
}

async function untilFree(
  cloud: FakeCloud,
  server: ServerId,
  wasKilled: () => boolean,
): Promise<void> {
  const { clock } = cloud
  assert('next' in clock)
  for (let alarms = 0; alarms < 5_000; alarms += 1) {
    await clock.settle()
    if (wasKilled()) {
      await cloud.start()
      continue
    }
    const active = await cloud.underWay()
    if (!active.some(({ subject }) => subject === `server/${server}`)) return
    assert.ok(await clock.next())
  }
  assert.fail('the operation never ends')
}
