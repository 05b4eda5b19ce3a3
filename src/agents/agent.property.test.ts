/**
 * The law of agents, on random storms of calls: repeated, reordered, late, from operations that took over from each other,
 * while agents die, replies get lost and verbs hang.
 */
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import fc from 'fast-check'
import type { HostName, VolumeId } from '../domain/ids.ts'
import { id, the } from '../drivers/driver.testbench.ts'
import type { FaultData } from '../drivers/fault-data.ts'
import { faultPlan, withFaults } from '../drivers/faults.ts'
import { simulatedDriver } from '../drivers/simulated/driver.ts'
import { openWorld } from '../drivers/simulated/world.ts'
import { callVerb, verbsVia } from '../drivers/verbs.ts'
import type { Patience } from '../drivers/virt-driver.ts'
import { seededIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import { createAgent } from './agent.ts'
import type { AgentCall } from './agent.ts'
import { agentMemories } from './memory.ts'

const host = 'host1' as HostName

/** Epochs 1 and 2 belong to the first operation, 3 and 4 to the second: each was taken over once, by another process. */
type Sent = {
  readonly atMs: number
  readonly epoch: number
  readonly step: number
  readonly deadlineMs: number
}

const sent: fc.Arbitrary<Sent> = fc.record({
  atMs: fc.nat(200),
  epoch: fc.integer({ min: 1, max: 4 }),
  step: fc.nat(2),
  deadlineMs: fc.constantFrom(5, 30, 100, 10_000),
})

const chance = { probability: fc.double({ min: 0.1, max: 0.9, noNaN: true }), seed: fc.nat() }
const on = fc.constant('attach_volume')
/** None of these makes an agent forget an effect that it had. */
const mildFault: fc.Arbitrary<FaultData> = fc.oneof(
  fc.record({ on, ...chance, 'lose-reply': fc.constant(true as const) }),
  fc.record({ on, ...chance, hang: fc.constant(true as const) }),
  fc.record({ on, ...chance, delay: fc.nat(50) }),
  fc.record({ on, ...chance, raise: fc.constant('VolumeAttachFailed') }),
  fc.record({
    on,
    ...chance,
    'crash-agent': fc.constant(true as const),
    'returns-after': fc.nat(50),
  }),
)
/** After these an effect is there of which the agent does not know. */
const harshFault: fc.Arbitrary<FaultData> = fc.oneof(
  mildFault,
  fc.record({
    on,
    ...chance,
    raise: fc.constant('VolumeAttachFailed'),
    when: fc.constant('after' as const),
  }),
  fc.record({
    on,
    ...chance,
    'crash-agent': fc.constant(true as const),
    'returns-after': fc.nat(50),
    when: fc.constant('after' as const),
  }),
)

type Effect = { readonly key: string; readonly epoch: number; readonly fence: number }

/** Lets the storm pass and returns every effect that the hypervisor had, in order. */
async function weather(
  storm: readonly Sent[],
  faults: readonly FaultData[],
  /** How many processes share the host's file, each with an agent of its own; an epoch belongs to one of them. */
  processes: 1 | 2,
): Promise<{ effects: Effect[]; forgotten: number; attached: string[] }> {
  const clock = virtualClock()
  const world = openWorld({ path: ':memory:', clock, ids: seededIds(seededRandom(1)) })
  const plan = faultPlan({ clock, random: seededRandom(2) })
  const bare = simulatedDriver({ world, host, durations: { attachVolume: 10 } })
  const patience: Patience = { signal: new AbortController().signal }
  await bare.spawn(the, patience)

  const memories = agentMemories(world.database, clock)
  const fence = world.database.prepare('SELECT max(epoch) AS epoch FROM fences')
  const effects: Effect[] = []
  const calling = new AsyncLocalStorage<AgentCall>()
  // Notes for each effect on whose behalf it was, and whose turn it was at that moment.
  const noting = verbsVia(async (verb, args) => {
    const value = await callVerb(bare, verb, args.slice(0, -1), args.at(-1) as Patience)
    const call = calling.getStore()
    assert.ok(call !== undefined)
    effects.push({ key: call.key, epoch: call.epoch, fence: Number(fence.get()?.['epoch']) })
    return value
  })
  const agents = Array.from({ length: processes }, () =>
    createAgent({
      host,
      driver: withFaults(noting, plan, host),
      memory: memories(host),
      clock,
      log: silentLog,
      faults: plan,
    }),
  )

  const send = async ({ epoch, step, deadlineMs }: Sent): Promise<boolean> => {
    const operation = `op-${epoch > 2 ? 2 : 1}`
    const key = `${operation}/${step}`
    const volume = { id: key as VolumeId, device: '/dev/vdb' }
    const claim = { key, operation, subject: `server/${id}`, epoch, deadlineMs }
    const call = { ...claim, verb: 'attachVolume', args: [id, volume] }
    const answer = await calling.run(call, () => agents[epoch % processes]?.answer(call))
    return answer?.ok === true
  }

  plan.replace({ faults })
  const answers: Promise<unknown>[] = []
  for (const each of storm) clock.after(each.atMs, () => answers.push(send(each)))
  // Every call is answered by its deadline, whatever hangs.
  await clock.advance(200 + 10_000)
  assert.equal((await Promise.all(answers)).length, storm.length)

  const forgotten = plan
    .view()
    .faults.filter(({ when }) => when === 'after')
    .reduce((sum, { struck }) => sum + struck, 0)

  // The weather clears: what the newest owner still wants succeeds at once.
  plan.replace({ faults: [] })
  for (const step of [0, 1, 2]) {
    const done = send({ atMs: 0, epoch: 4, step, deadlineMs: 1000 })
    await clock.advance(1000)
    assert.equal(await done, true)
  }
  const attached = world
    .guests(host)
    .flatMap((guest) => guest.volumes.map((each): string => each.id))
  world.close()
  return { effects, forgotten, attached }
}

const runs = { numRuns: 150 }

test('whatever comes and goes wrong, no effect of an earlier epoch follows a later one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent, { maxLength: 30 }),
      fc.array(harshFault, { maxLength: 4 }),
      fc.constantFrom<1 | 2>(1, 2),
      async (storm, faults, processes) => {
        const { effects, forgotten, attached } = await weather(storm, faults, processes)
        for (const { epoch, fence } of effects) assert.equal(epoch, fence)
        for (const [index, { epoch }] of effects.entries()) {
          assert.ok(epoch >= (effects[index - 1]?.epoch ?? 0))
        }
        const repeated =
          effects.length - new Set(effects.map(({ key, epoch }) => `${key} ${epoch}`)).size
        assert.ok(repeated <= forgotten, `${repeated} repeated, ${forgotten} forgotten`)
        for (const step of [0, 1, 2]) assert.ok(attached.includes(`op-2/${step}`))
      },
    ),
    runs,
  )
})

test('one process has one effect per key as long as no agent dies between an effect and its memory', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent, { maxLength: 30 }),
      fc.array(mildFault, { maxLength: 4 }),
      async (storm, faults) => {
        const { effects } = await weather(storm, faults, 1)
        const keys = effects.map(({ key }) => key)
        assert.deepEqual(keys, [...new Set(keys)])
      },
    ),
    runs,
  )
})
