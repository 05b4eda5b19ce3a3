/** What an agent still knows when others call, when its process is gone, and when much time has passed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { id } from '../drivers/driver.testbench.ts'
import { assertProblem, call, host, powerOff, spawn, stage } from './agent.testbench.ts'

test('what is remembered survives the agent, and nothing of a password is kept', async (t) => {
  const { agent, start, effects, world } = stage(t)
  await agent.answer(spawn)
  await agent.answer(call('setAdminPassword', [id, 'correct horse']))
  const next = start()
  assert.deepEqual(await next.answer(spawn), { ok: true, value: null })
  await next.answer(call('setAdminPassword', [id, 'battery staple']))

  assert.deepEqual(effects, ['spawn', 'setAdminPassword'])
  const kept = world.database.prepare('SELECT key FROM outcomes ORDER BY key').all()
  assert.equal(kept[0]?.['key'], 'op-1/setAdminPassword/do/0 setAdminPassword ')
})

test('a failure is not remembered: asking again tries again', async (t) => {
  const { agent } = stage(t, { faults: [{ on: 'spawn', raise: 'NoSpaceLeft', times: 1 }] })
  assertProblem(await agent.answer(spawn), 'failed', /No space left/)
  assert.equal((await agent.answer(spawn)).ok, true)
})

test('what succeeded is forgotten when another operation calls', async (t) => {
  const { agent, world } = stage(t)
  const outcomes = () => world.database.prepare('SELECT count(*) AS n FROM outcomes').get()?.['n']
  await agent.answer(spawn)
  await agent.answer(powerOff)
  assert.equal(outcomes(), 2)
  await agent.answer({ ...powerOff, operation: 'op-2', key: 'op-2/off/do/0', epoch: 2 })
  assert.equal(outcomes(), 1)
})

test('a lower epoch is refused, also when its answer is known, and other subjects are not concerned', async (t) => {
  const { agent, effects } = stage(t)
  await agent.answer(spawn)
  await agent.answer({ ...powerOff, operation: 'op-2', key: 'op-2/off/do/0', epoch: 2 })
  assertProblem(await agent.answer(spawn), 'stale')
  assertProblem(await agent.answer(powerOff), 'stale')
  assert.equal((await agent.answer({ ...spawn, subject: 'server/other' })).ok, true)
  assert.deepEqual(effects, ['spawn', 'powerOff', 'spawn'])
})

test('the epoch of a taken-over operation gets the answer that the former owner lost', async (t) => {
  const { agent, effects } = stage(t)
  await agent.answer(spawn)
  assert.deepEqual(await agent.answer({ ...spawn, epoch: 2 }), { ok: true, value: null })
  assert.deepEqual(effects, ['spawn'])
})

test('an effect that waited while another process took the turn does not happen', async (t) => {
  const { agent, start, clock, world } = stage(t, { durations: { spawn: 100 } })
  // Two agents with one file, as in two processes: the second knows of the first only what is in the file.
  const elsewhere = start()
  const spawning = agent.answer(spawn)
  await clock.advance(50)
  assert.equal((await elsewhere.answer(call('destroy', [id], { epoch: 2 }))).ok, true)
  await clock.advance(50)
  assertProblem(await spawning, 'stale')
  assert.deepEqual(world.guests(host), [])
})

test('subjects that nobody called about for a week are forgotten, and nothing younger', async (t) => {
  const { agent, clock, world } = stage(t)
  const subjects = () =>
    Number(world.database.prepare('SELECT count(*) AS n FROM fences').get()?.['n'])
  const about = (n: number) => call('destroy', [`s${n}`], { subject: `server/s${n}` })
  for (let n = 0; n < 900; n += 1) await agent.answer(about(n))
  await clock.advance(7 * 24 * 60 * 60 * 1000)
  assert.equal(subjects(), 900)
  await clock.advance(1)
  for (let n = 900; n < 1000; n += 1) await agent.answer(about(n))
  assert.equal(subjects(), 100)
  assert.equal(world.database.prepare('SELECT count(*) AS n FROM outcomes').get()?.['n'], 100)
})

test('a world that is wiped has nobody whose turn it is', async (t) => {
  const { agent, world } = stage(t)
  await agent.answer({ ...spawn, epoch: 9 })
  world.clear()
  assert.equal((await agent.answer(spawn)).ok, true)
  assert.equal(world.guests(host).length, 1)
})
