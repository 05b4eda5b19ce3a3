import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HostName, ServerId } from '../domain/ids.ts'
import { seededIds } from '../lib/ids.ts'
import { isProblem, problem } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import { assertRaises, id, the } from './driver.testbench.ts'
import { readPlan } from './fault-data.ts'
import type { FaultData } from './fault-data.ts'
import { faultPlan, withFaults } from './faults.ts'
import { simulatedDriver } from './simulated/driver.ts'
import { openWorld } from './simulated/world.ts'
import { spellings } from './verbs.ts'
import type { VirtDriver } from './virt-driver.ts'

const [host1, host2] = ['host1', 'host2'] as [HostName, HostName]
const patience = { signal: new AbortController().signal }

function stage(t: TestContext, ...faults: FaultData[]) {
  const clock = virtualClock()
  const world = openWorld({ path: ':memory:', clock, ids: seededIds(seededRandom('faults')) })
  t.after(() => world.close())
  const plan = faultPlan({ clock, random: seededRandom('faults') })
  plan.replace({ faults })
  const driver = (host: HostName): VirtDriver =>
    withFaults(simulatedDriver({ world, host }), plan, host)
  const counts = () => plan.view().faults.map(({ matched, struck }) => `${struck}/${matched}`)
  return { clock, world, plan, driver, counts }
}

test('the exception of the founding case strikes the verb and host that were named, once', async (t) => {
  const { driver, world, counts } = stage(t, {
    on: 'finish_migration',
    host: 'host2',
    raise: 'VirtualInterfaceCreateException',
    times: 1,
  })
  await driver(host1).spawn(the, patience)
  const disk = await driver(host1).migrateDiskAndPowerOff(id, host2, patience)
  const finish = () => driver(host2).finishMigration(the, disk, { powerOn: true }, patience)

  await assertRaises(finish(), 'VirtualInterfaceCreateException')
  assert.deepEqual(
    world.guests(host2).map(({ role }) => role),
    ['incoming'],
  )
  await finish()
  assert.equal(world.guests(host2)[0]?.role, 'guest')
  assert.deepEqual(counts(), ['1/2'])
})

test('a fault after the effect leaves the effect there', async (t) => {
  const { driver, world } = stage(t, { on: 'spawn', raise: 'NoSpaceLeft', when: 'after' })
  await assertRaises(driver(host1).spawn(the, patience), 'NoSpaceLeft')
  assert.equal(world.guests(host1).length, 1)
})

test('faults are chosen by verb, host and server, and by which call it is', async (t) => {
  const { driver, counts } = stage(
    t,
    { on: '*', host: 'host2', raise: 'A' },
    { on: 'power_off', server: id, nth: 2, raise: 'B' },
    { on: 'list_instances', raise: 'C' },
  )
  const on = driver(host1)
  await on.spawn(the, patience)
  await on.spawn({ ...the, server: 'other' as ServerId }, patience)
  await on.powerOff('other' as ServerId, patience)
  await on.powerOff(id, patience)
  await assertRaises(on.powerOff(id, patience), 'B')
  await on.powerOff(id, patience)
  await assertRaises(on.listGuests(patience), 'C')
  await assertRaises(driver(host2).getInfo(id, patience), 'A')
  assert.deepEqual(counts(), ['1/1', '1/3', '1/1'])
})

test('a delay lasts, and lets what comes after it in the plan strike too', async (t) => {
  const { clock, driver, counts } = stage(
    t,
    { on: 'spawn', delay: 1000 },
    { on: 'spawn', raise: 'First' },
    { on: 'spawn', raise: 'Second' },
  )
  const spawning = driver(host1).spawn(the, patience)
  spawning.catch(() => {})
  await clock.advance(999)
  assert.equal(
    await Promise.race([spawning.catch(() => 'over'), Promise.resolve('under way')]),
    'under way',
  )
  await clock.advance(1)
  await assertRaises(spawning, 'First')
  assert.deepEqual(counts(), ['1/1', '1/1', '0/1'])
})

test('a call hangs until the plan is replaced, and then goes on', async (t) => {
  const { clock, driver, plan, world } = stage(t, { on: 'spawn', hang: true })
  const spawning = driver(host1).spawn(the, patience)
  await clock.advance(1_000_000)
  assert.deepEqual(world.guests(), [])
  plan.replace({ faults: [] })
  await spawning
  assert.equal(world.guests().length, 1)
})

test('whoever hangs or is delayed gives up at once when the patience is gone', async (t) => {
  const { driver, world } = stage(t, { on: 'spawn', hang: true }, { on: 'destroy', delay: 1000 })
  const reason = problem('unavailable', 'enough')
  for (const verb of ['spawn', 'destroy'] as const) {
    const stop = new AbortController()
    const working =
      verb === 'spawn' ? driver(host1).spawn(the, stop) : driver(host1).destroy(id, stop)
    stop.abort(reason)
    await assert.rejects(working, (thrown) => thrown === reason)
  }
  assert.deepEqual(world.guests(), [])
})

test('chance strikes as often as it should, and the same calls for the same seed', async (t) => {
  const strikes = async (seed: string): Promise<string> => {
    const { driver } = stage(t, { on: 'get_info', probability: 0.3, seed, raise: 'X' })
    const on = driver(host1)
    let story = ''
    for (let call = 0; call < 1000; call += 1) {
      story += await on.getInfo(id, patience).then(
        () => '.',
        () => 'x',
      )
    }
    return story
  }
  const [story, again, other] = [await strikes('a'), await strikes('a'), await strikes('b')]
  assert.equal(story, again)
  assert.notEqual(story, other)
  const struck = story.replaceAll('.', '').length
  assert.ok(struck > 230 && struck < 370, `${struck} of 1000`)
})

test('a crash keeps the agent of that host down for as long as it says, or until the plan is replaced', async (t) => {
  const { clock, plan } = stage(
    t,
    { on: 'spawn', host: 'host1', 'crash-agent': true, 'returns-after': 500 },
    { on: 'spawn', host: 'host2', 'crash-agent': true },
  )
  const call = (host: HostName) =>
    plan.strike({ verb: 'spawn', host, server: id, moment: 'agent-before' }).length
  assert.equal(plan.keepsDown(host1), false)
  assert.deepEqual([call(host1), call(host2)], [1, 1])
  assert.deepEqual([plan.keepsDown(host1), plan.keepsDown(host2)], [true, true])

  await clock.advance(500)
  assert.deepEqual([plan.keepsDown(host1), plan.keepsDown(host2)], [false, true])
  plan.replace({ faults: [] })
  assert.equal(plan.keepsDown(host2), false)
})

test('what strikes the agent is left to the agent', async (t) => {
  const { driver, counts } = stage(
    t,
    { on: 'spawn', 'lose-reply': true },
    { on: 'spawn', 'crash-agent': true, when: 'after' },
  )
  await driver(host1).spawn(the, patience)
  assert.deepEqual(counts(), ['0/0', '0/0'])
})

test('every verb can be named as the field spells it', () => {
  for (const on of [...spellings, '*']) readPlan({ faults: [{ on, hang: true }] })
  for (const on of ['reboot', 'power_off', 'finish_migration', 'list_instances']) {
    assert.ok(spellings.includes(on), on)
  }
})

const refused: readonly [why: string, plan: unknown, says: RegExp][] = [
  ['no object', null, /the plan must be an object/],
  ['a list', [], /the plan must be an object/],
  ['an unknown key beside the faults', { faults: [], fault: 1 }, /unknown key "fault"/],
  ['no list', { faults: {} }, /faults must be a list/],
  ['too many', { faults: Array.from({ length: 1001 }, () => ({})) }, /at most 1000/],
  [
    'an unknown verb',
    of({ on: 'finishMigration', hang: true }),
    /\[0\]\.on must be one of \*, .*finish_migration/,
  ],
  ['no verb', of({ hang: true }), /on must be one of/],
  ['nothing that happens', of({ on: 'spawn' }), /exactly one of raise, hang/],
  ['two things that happen', of({ on: 'spawn', hang: true, delay: 1 }), /exactly one of/],
  ['an unknown key', of({ on: 'spawn', hang: true, hosts: 'h' }), /unknown key "hosts"/],
  [
    'a key of the prototype',
    of(JSON.parse('{"on":"spawn","hang":true,"__proto__":{}}')),
    /unknown key/,
  ],
  ['a hang that is not true', of({ on: 'spawn', hang: 1 }), /hang must be true/],
  ['no name of an exception', of({ on: 'spawn', raise: 'a b' }), /name of an exception/],
  ['a negative delay', of({ on: 'spawn', delay: -1 }), /delay must be a number of ms/],
  ['a delay that is no number', of({ on: 'spawn', delay: NaN }), /delay must be/],
  ['a zeroth call', of({ on: 'spawn', hang: true, nth: 0 }), /nth must be a whole number/],
  ['nth with times', of({ on: 'spawn', hang: true, nth: 1, times: 1 }), /without times/],
  ['a probability above one', of({ on: 'spawn', hang: true, probability: 1.1 }), /from 0 to 1/],
  ['a seed without chance', of({ on: 'spawn', hang: true, seed: 1 }), /needs a probability/],
  ['another time', of({ on: 'spawn', hang: true, when: 'during' }), /"before" or "after"/],
  [
    'a reply lost before',
    of({ on: 'spawn', 'lose-reply': true, when: 'before' }),
    /after the effect/,
  ],
  [
    'a return from no crash',
    of({ on: 'spawn', hang: true, 'returns-after': 1 }),
    /crash-agent only/,
  ],
  ['a host that is no text', of({ on: 'spawn', hang: true, host: 7 }), /host must be a text/],
  ['an endless text', of({ on: 'spawn', hang: true, server: 'x'.repeat(256) }), /server must be/],
]

function of(fault: unknown): unknown {
  return { faults: [fault] }
}

for (const [why, plan, says] of refused) {
  test(`a plan with ${why} is refused, and the one in force stays`, (t) => {
    const stood = stage(t, { on: 'spawn', raise: 'Kept' })
    assert.throws(
      () => stood.plan.replace(plan),
      (thrown) => isProblem(thrown, 'invalid') && says.test(thrown.message),
    )
    assert.equal(stood.plan.view().faults.length, 1)
  })
}
