import assert from 'node:assert/strict'
import { test } from 'node:test'
import { id, otherPort, port, the } from '../drivers/driver.testbench.ts'
import { callVerb, verbsVia } from '../drivers/verbs.ts'
import type { AgentCall } from './agent.ts'
import { assertProblem, call, host, patience, powerOff, spawn, stage } from './agent.testbench.ts'

test('a call that comes again has one effect and gets the same answer', async (t) => {
  const { agent, effects } = stage(t)
  const first = await agent.answer(spawn)
  assert.deepEqual(first, { ok: true, value: null })
  await agent.answer(call('migrateDiskAndPowerOff', [id, 'host2']))
  const [again, same] = [
    await agent.answer(call('migrateDiskAndPowerOff', [id, 'host2'])),
    await agent.answer(spawn),
  ]
  assert.deepEqual(same, first)
  assert.deepEqual(again.ok && Object.keys(Object(again.value)), [
    'diskGb',
    'diskGeneration',
    'power',
  ])
  assert.deepEqual(effects, ['spawn', 'migrateDiskAndPowerOff'])
})

test('a call that comes again while it is under way joins it', async (t) => {
  const { agent, effects, clock } = stage(t, { durations: { spawn: 100 } })
  const both = [agent.answer(spawn), agent.answer(spawn)]
  await clock.advance(100)
  assert.deepEqual(await Promise.all(both), [
    { ok: true, value: null },
    { ok: true, value: null },
  ])
  assert.deepEqual(effects, ['spawn'])
})

test('who joins a call that fails gets the failure, and it is not tried twice', async (t) => {
  const { agent, clock, plan } = stage(t, {
    durations: { spawn: 100 },
    faults: [{ on: 'spawn', raise: 'NoSpaceLeft', when: 'after' }],
  })
  const both = [agent.answer(spawn), agent.answer(spawn)]
  await clock.advance(1000)
  for (const answer of await Promise.all(both)) assertProblem(answer, 'failed')
  assert.equal(plan.view().faults[0]?.struck, 1)
})

test('a step may make several calls: verbs and arguments tell them apart', async (t) => {
  const { agent, world } = stage(t)
  const key = 'op-1/ports/do/0'
  await agent.answer(spawn)
  await agent.answer(call('detachInterface', [id, port.id], { key }))
  await agent.answer(call('attachInterface', [id, port], { key }))
  await agent.answer(call('attachInterface', [id, otherPort], { key }))
  assert.deepEqual(world.guests(host)[0]?.plugged, [port.id, otherPort.id])
})

test('calls of one subject run one at a time, in the order of their coming', async (t) => {
  const { agent, clock, world } = stage(t, { durations: { spawn: 100, powerOff: 100 } })
  const [spawning, stopping] = [agent.answer(spawn), agent.answer(powerOff)]
  await clock.advance(150)
  assert.equal(world.guests(host)[0]?.power, 'running')
  await clock.advance(50)
  assert.deepEqual([(await spawning).ok, (await stopping).ok], [true, true])
  assert.equal(world.guests(host)[0]?.power, 'shutdown')
})

test('calls about one server wait for each other, whoever makes them, and none gives up that of another subject', async (t) => {
  const { agent, clock, world } = stage(t, { durations: { spawn: 100, powerOff: 100 } })
  const cleaning = { subject: `cleaning/${host}/${id}/remains`, epoch: 9 }
  const [spawning, stopping] = [agent.answer(spawn), agent.answer(call('powerOff', [id], cleaning))]
  await clock.advance(150)
  assert.equal(world.guests(host)[0]?.power, 'running')
  await clock.advance(50)
  assert.deepEqual([(await spawning).ok, (await stopping).ok], [true, true])
  assert.equal(world.guests(host)[0]?.power, 'shutdown')
})

test('calls about different servers do not wait for each other', async (t) => {
  const { agent, clock, world } = stage(t, { durations: { spawn: 100 } })
  const servers = ['a', 'b', 'c'].map((server) =>
    agent.answer(call('spawn', [{ ...the, server }], { subject: `server/${server}` })),
  )
  await clock.advance(100)
  await Promise.all(servers)
  assert.equal(world.guests(host).length, 3)
})

test('a higher epoch gives up what is under way and what is queued, and runs after it', async (t) => {
  const { agent, clock, effects, world } = stage(t, { durations: { spawn: 100 } })
  const old = [agent.answer(spawn), agent.answer(powerOff)]
  await clock.advance(50)
  const destroy = call('destroy', [id], { operation: 'op-2', key: 'op-2/gone/do/0', epoch: 2 })
  assert.equal((await agent.answer(destroy)).ok, true)
  for (const answer of await Promise.all(old)) assertProblem(answer, 'stale')
  await clock.advance(1000)
  assert.deepEqual(effects, ['destroy'])
  assert.deepEqual(world.guests(host), [])
})

test('a verb that does not stop is never run beside another; those behind it meet their deadlines', async (t) => {
  const { clock, start, driver, world } = stage(t)
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  // Deaf to its signal, like a call that hangs in the kernel.
  const deaf = verbsVia(async (verb, args) => {
    if (verb === 'spawn') await released
    return await callVerb(driver, verb, args.slice(0, -1), patience)
  })
  const agent = start(deaf)
  const spawning = agent.answer(spawn)
  await clock.settle()
  const destroy = call('destroy', [id], { epoch: 2, deadlineMs: 500 })
  const first = agent.answer(destroy)
  await clock.advance(500)
  assertProblem(await spawning, 'stale')
  assertProblem(await first, 'unavailable', /did not answer in time/)

  release()
  assert.equal((await agent.answer(destroy)).ok, true)
  assert.deepEqual(world.guests(host), [])
})

test('a call that meets its deadline is given up, and can be made again', async (t) => {
  const { agent, clock, world, plan } = stage(t, { faults: [{ on: 'spawn', hang: true }] })
  const hanging = agent.answer({ ...spawn, deadlineMs: 1000 })
  await clock.advance(1000)
  assertProblem(await hanging, 'unavailable', /did not answer in time/)
  assert.deepEqual(world.guests(host), [])

  plan.replace({ faults: [] })
  await clock.settle()
  assert.deepEqual(world.guests(host), [])
  assert.equal((await agent.answer(spawn)).ok, true)
})

test('a lost reply leaves the effect and the memory of it', async (t) => {
  const { agent, effects } = stage(t, { faults: [{ on: 'spawn', 'lose-reply': true, times: 2 }] })
  assertProblem(await agent.answer(spawn), 'unavailable', /reply/)
  assertProblem(await agent.answer(spawn), 'unavailable', /reply/)
  assert.deepEqual(await agent.answer(spawn), { ok: true, value: null })
  assert.deepEqual(effects, ['spawn'])
})

for (const [when, effect] of [
  ['before', []],
  ['after', ['spawn']],
] as const) {
  test(`an agent that crashes ${when} the effect answers nobody until it is back`, async (t) => {
    const { agent, clock, effects, world } = stage(t, {
      durations: { powerOff: 100 },
      faults: [{ on: 'spawn', 'crash-agent': true, 'returns-after': 5000, when, nth: 2 }],
    })
    const other = { ...the, server: 'other' }
    await agent.answer(call('spawn', [other], { subject: 'server/other' }))
    const stopping = agent.answer(call('powerOff', ['other'], { subject: 'server/other' }))
    effects.length = 0

    assertProblem(await agent.answer(spawn), 'unavailable')
    assertProblem(await stopping, 'unavailable')
    assert.deepEqual(effects, effect)
    assertProblem(await agent.answer(spawn), 'unavailable', /does not run/)
    await clock.advance(5000)
    assert.equal(world.guests(host).find(({ server }) => server !== id)?.power, 'running')

    assert.equal((await agent.answer(spawn)).ok, true)
    assert.equal(world.guests(host).length, 2)
  })
}

test('looking needs no turn, waits for nobody and is not remembered', async (t) => {
  const { agent, clock, world } = stage(t, { durations: { powerOff: 100 } })
  const look = call('getInfo', [id], { epoch: 0 })
  assert.deepEqual(await agent.answer(look), { ok: true, value: null })
  await agent.answer({ ...spawn, epoch: 7 })
  const stopping = agent.answer({ ...powerOff, epoch: 7 })
  const seen = await agent.answer(look)
  assert.deepEqual(seen, { ok: true, value: world.guests(host)[0] })
  await clock.advance(100)
  assert.equal((await stopping).ok, true)
  assert.equal(world.database.prepare('SELECT count(*) AS n FROM outcomes').get()?.['n'], 2)
})

test('what a driver fails at in no known way is a bug, whose text stays on the host', async (t) => {
  const { start } = stage(t)
  const agent = start(
    verbsVia(async () => {
      throw new TypeError('secret thing')
    }),
  )
  const answer = await agent.answer(spawn)
  assertProblem(answer, 'bug')
  assert.doesNotMatch(JSON.stringify(answer), /secret/)
})

test('a verb that does not exist is refused', async (t) => {
  const { agent } = stage(t)
  for (const verb of ['toString', '__proto__', 'then', 'reboot_all']) {
    assertProblem(await agent.answer({ ...spawn, verb }), 'invalid')
  }
})

test('calls and answers are plain data: sent as text they are the same', async (t) => {
  const { agent } = stage(t)
  const sent = (each: AgentCall): AgentCall => JSON.parse(JSON.stringify(each))
  const calls = [
    spawn,
    call('getInfo', [id]),
    call('getAvailableResource', []),
    call('migrateDiskAndPowerOff', [id, 'host2']),
    call('pause', [id]),
  ]
  for (const each of calls) {
    assert.deepEqual(sent(each), each)
    const answer = await agent.answer(sent(each))
    assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer)
  }
})
