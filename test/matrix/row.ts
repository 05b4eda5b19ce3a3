/** A row of the failure matrix as a test: set up, break, ask, and compare everything that the row states. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ServerId } from '../../src/domain/ids.ts'
import type { Server } from '../../src/domain/server.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import { seededIds } from '../../src/lib/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { ProblemKind } from '../../src/lib/problem.ts'
import { seededRandom } from '../../src/lib/random.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { Moment } from '../../src/saga/moment.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from '../support/fake-cloud.ts'
import { boundPorts, network } from '../support/network.ts'
import { sketch } from '../kit/bench.ts'
import { makeLast } from './deeds.ts'
import { rows } from './rows.ts'

/** A test named by its row. */
export function row(id: string, body: (t: TestContext) => Promise<void>): void {
  const words = rows[id]
  assert(words !== undefined, `there is no row ${id}`)
  test(`${id} ${words}`, body)
}

/** At which moment of the operation something happens once, or some times. */
export type At = Pick<Moment, 'at' | 'step'> & {
  readonly back?: true
  readonly round?: number
  readonly times?: number
}

export type Case = FakeCloudOptions & {
  /** Brings the one server into position; nothing where the operation makes it. */
  readonly position?: ((cloud: FakeCloud) => Promise<ServerId>) | undefined
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
  /** What its open migration held then, likewise; nothing unless said. Whatever else is in use of any host is a leak. */
  readonly keeps?: Readonly<Record<string, number>>
  /** What the project is charged in the end. */
  readonly cores: number
  /** What the newest fault says, or null when there must be none to be seen. */
  readonly fault?: RegExp | null | undefined
  /** How the action ended that was asked for. */
  readonly result?: 'Error' | null | undefined
  readonly then?: (cloud: FakeCloud, server: ServerId) => Promise<void>
}

/** Plays a case and checks everything that it states; that nothing else is wrong is checked by the audit at the end. */
export async function play(t: TestContext, given: Case): Promise<void> {
  let dead = false
  // How the server comes into position is not what the row is about.
  let armed = false
  const left = { crash: given.crash?.times ?? 1, refuse: given.refuse?.times ?? 1, act: 1 }
  let server: ServerId | null = null
  const cloud = await fakeCloud(t, {
    clock: virtualClock(1_700_000_000_000),
    // The same every time, so that what is drawn among equal hosts is the same too.
    ids: seededIds(seededRandom('row')),
    // Every server has a port, so that bindings and plugs are looked at in every row.
    networks: 'auto',
    ...given,
    watch: (current) => async (moment) => {
      if (!armed) return
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
  await network(cloud)
  if (given.last !== undefined) await makeLast(cloud, given.last)
  server = (await given.position?.(cloud)) ?? null
  if (server !== null) await cloud.settled()
  cloud.faults.replace({ faults: given.faults ?? [] })
  armed = true
  const asked = cloud.requests
  // The rows do not know the id of what is made only now.
  await given.ask(cloud, server ?? ('' as ServerId))
  server ??= await only(cloud)
  await untilFree(cloud, server, () => {
    const was = dead
    dead = false
    return was
  })
  // A row whose moment never comes would prove nothing.
  assert.ok(given.crash === undefined || left.crash < (given.crash.times ?? 1), 'nothing crashed')
  assert.ok(
    given.refuse === undefined || left.refuse < (given.refuse.times ?? 1),
    'nothing refused',
  )
  assert.ok(given.meanwhile === undefined || left.act < 1, 'nothing happened meanwhile')
  await checkHoldings(cloud, server, given)
  cloud.heal()
  await cloud.settled()
  assert.equal(await sketch(cloud, server), given.end)
  const found = await cloud.server(server)
  assert.equal(found.taskState, null)
  const { instances, cores } = await cloud.charged()
  assert.deepEqual(
    { instances, cores },
    {
      instances: isCounted(found) ? 1 : 0,
      cores: given.cores,
    },
  )
  await checkPorts(cloud, server)
  const fault = await cloud.fault(server)
  if (given.fault === null) assert.equal(fault, null)
  else if (given.fault !== undefined) {
    assert.match(fault?.message ?? '', given.fault)
    assert.equal(fault?.code, 500)
  }
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

/** Whether a server counts for its project: not once it is gone, even if it may come back. */
function isCounted({ deletedAt, vmState }: Server): boolean {
  return deletedAt === null && vmState !== 'soft-delete'
}

/** Who holds what of which host. What is in use there is that and nothing else: no ended move, and nobody who is gone. */
async function checkHoldings(cloud: FakeCloud, server: ServerId, given: Case): Promise<void> {
  const open = await cloud.openMigration(server)
  const kept = open === null ? {} : await coresOf(cloud, open.id)
  const held = await coresOf(cloud, server)
  assert.deepEqual(held, given.holds)
  assert.deepEqual(kept, given.keeps ?? {})
  for (const host of cloud.hosts.names()) {
    const used = (await cloud.used(host))['VCPU'] ?? 0
    assert.equal(used, (held[host] ?? 0) + (kept[host] ?? 0), `what is in use of ${host}`)
  }
}

async function coresOf(cloud: FakeCloud, holder: string): Promise<Record<string, number>> {
  const held = Object.entries(await cloud.held(holder))
  return Object.fromEntries(held.map(([host, amounts]) => [host, amounts['VCPU'] ?? 0]))
}

/** Ports are bound to the server's host and to no other, and a guest that runs there has them plugged. */
export async function checkPorts(cloud: FakeCloud, server: ServerId): Promise<void> {
  const { host, deletedAt } = await cloud.server(server)
  const ports = await boundPorts(cloud, server)
  if (deletedAt !== null) assert.deepEqual(ports, [])
  for (const { hosts } of ports) assert.deepEqual(hosts, host === null ? [] : [host])
  const guests = host === null ? [] : cloud.guests(host)
  const guest = guests.find((each) => each.server === server && each.role === 'guest')
  if (guest?.power !== 'running') return
  assert.deepEqual(guest.plugged.toSorted(), ports.map(({ id }) => id).toSorted())
}

function isAt(moment: Moment, at: At | undefined): boolean {
  if (at === undefined || (at.round !== undefined && at.round !== moment.round)) return false
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
