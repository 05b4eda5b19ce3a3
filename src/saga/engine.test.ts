import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { testDatabases } from '../../test/support/stores.ts'
import { systemClock } from '../lib/clock.ts'
import { randomIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { problem } from '../lib/problem.ts'
import { seededRandom } from '../lib/random.ts'
import * as log from '../store/sagas/log.ts'
import type { Store } from '../store/store.ts'
import { SagaBuilder } from './definition.ts'
import type { Saga } from './definition.ts'
import { Engine } from './engine.ts'
import type { Moment } from './moment.ts'
import { nothing } from './nothing.ts'

/** What steps did, in order, as sentences; and the failures that tests want. */
type World = { did: string[]; fail: Map<string, () => void>; ended: string[] }
type TestKit = { tools: World; shows: string }
type Params = { readonly leave?: boolean }

const mark = (world: World, what: string): void => {
  world.fail.get(what)?.()
  world.did.push(what)
}

const journey: Saga<Params> = new SagaBuilder<TestKit, Params, unknown>('test.journey')
  .step('packed', 'Pack', {
    event: 'pack',
    do: async ({ tools }) => mark(tools, 'pack'),
    undo: async ({ tools }) => mark(tools, 'unpack'),
  })
  .attempts({ roundsMax: () => 3, again: (failure) => failure.kind === 'no-capacity' }, (part) =>
    part
      .step('chosen', 'Choose', {
        event: 'choose',
        do: async ({ tools, earlier }) => {
          mark(tools, 'choose')
          return { seat: earlier.length }
        },
        undo: async ({ tools }) => mark(tools, 'unchoose'),
      })
      .hostStep('travelled', 'Travel', {
        event: 'travel',
        on: ({ out }) => `host${out.chosen?.seat}`,
        do: async ({ tools, out }) => {
          mark(tools, `travel to ${out.chosen.seat}`)
          return 'there'
        },
        then: async ({ tools }, result) => mark(tools, `arrive ${result}`),
        undo: async ({ tools }) => mark(tools, 'travel back'),
      }),
  )
  .settle('stayed', 'Stay where it is', {
    when: (p) => p.leave === true,
    do: async ({ tools }, failure) => mark(tools, `stay: ${failure.message}`),
  })
  .step('unpacked', 'Unpack', {
    event: 'unpack',
    do: async ({ tools }) => mark(tools, 'settle in'),
    undo: nothing('a bag may stay open'),
  })
  .pointOfNoReturn('the ticket is used')
  .hostStep('wrote', 'Write home', {
    event: 'write',
    on: () => null,
    do: async ({ tools }) => mark(tools, 'write home'),
    undo: nothing('after the point of no return'),
  })
  .end({ failed: async ({ tools }, failure) => mark(tools, `failed: ${failure.message}`) })

type Bench = {
  readonly store: Store
  readonly world: World
  readonly open: (
    watch?: (m: Moment, engine: Engine<TestKit>) => Promise<void>,
  ) => Promise<Engine<TestKit>>
}

function bench(t: TestContext, store: Store): Bench {
  const world: World = { did: [], fail: new Map(), ended: [] }
  const open: Bench['open'] = async (watch) => {
    const engine: Engine<TestKit> = new Engine<TestKit>({
      store,
      clock: systemClock,
      random: seededRandom('engine'),
      log: silentLog,
      ids: randomIds,
      tools: world,
      sagas: [journey],
      leaseMs: 5_000,
      alone: true,
      show: async () => {},
      abandon: async () => false,
      ended: async (_tx, _run, outcome) => {
        world.ended.push(outcome === null ? 'well' : outcome.message)
      },
      watch: watch === undefined ? null : async (moment) => await watch(moment, engine),
    })
    await engine.open()
    t.after(async () => await engine.close())
    return engine
  }
  return { store, world, open }
}

async function travel(engine: Engine<TestKit>, store: Store, params: Params = {}): Promise<string> {
  return await store.transaction(
    async (tx) => await engine.start(tx, journey, { subject: 'bag/1', params }),
  )
}

const raise = (kind: 'failed' | 'no-capacity' | 'unavailable', times = 1): (() => void) => {
  let left = times
  return () => {
    if (left-- > 0) throw problem(kind, `${kind} here`)
  }
}

for (const database of testDatabases()) {
  const on = (what: string, body: (b: Bench) => Promise<void>): void => {
    test(`${database.name}: ${what}`, async (t) => await body(bench(t, await database.open(t))))
  }

  on('a saga runs its steps in order and frees its subject', async ({ store, world, open }) => {
    const engine = await open()
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'succeeded')
    assert.deepEqual(world.did, [
      'pack',
      'choose',
      'travel to 0',
      'arrive there',
      'settle in',
      'write home',
    ])
    await engine.settled(await travel(engine, store))
  })

  on('a subject has one saga at a time', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('write home', raise('failed', 3))
    const first = await travel(engine, store)
    await assert.rejects(travel(engine, store), { kind: 'conflict' })
    await engine.settled(first)
  })

  on(
    'a failure unwinds every step that began, the failing one first',
    async ({ store, world, open }) => {
      const engine = await open()
      world.fail.set('travel to 0', raise('failed'))
      const done = await engine.settled(await travel(engine, store))
      assert.equal(done.state, 'failed')
      assert.deepEqual(world.did, [
        'pack',
        'choose',
        'travel back',
        'unchoose',
        'unpack',
        'failed: failed here',
      ])
      assert.deepEqual(world.ended, ['failed here'])
    },
  )

  on('a part begins anew elsewhere, knowing where it has been', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('travel to 0', raise('no-capacity'))
    world.fail.set('travel to 1', raise('no-capacity'))
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'succeeded')
    assert.equal(done.round, 3)
    assert.ok(world.did.includes('travel to 2'))
    const hosts = await store.read(async (reader) =>
      (await log.entriesOf(reader, [done.id])).map((entry) => entry.host),
    )
    assert.ok(hosts.includes('host0') && hosts.includes('host2'))
  })

  on('what does not answer is asked again', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('travel to 0', raise('unavailable', 2))
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'succeeded')
  })

  on('an undo that fails is tried until it succeeds', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('travel to 0', raise('failed'))
    world.fail.set('travel back', raise('failed', 3))
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'failed')
    assert.ok(world.did.includes('unpack'))
  })

  on('a settlement takes the place of unwinding', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('settle in', raise('failed', 9))
    const done = await engine.settled(await travel(engine, store, { leave: true }))
    assert.equal(done.state, 'failed')
    assert.deepEqual(world.did.slice(-1), ['stay: failed here'])
    assert.ok(!world.did.includes('unpack'))
  })

  on('an interrupt unwinds at the next boundary', async ({ store, world, open }) => {
    const engine = await open(async (moment) => {
      if (moment.at === 'before-call' && moment.step === 'travelled' && moment.direction === 'do') {
        await store.transaction(async (tx) => {
          await engine.interrupt(tx, 'bag/1', 'lost')
        })
      }
    })
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'failed')
    assert.deepEqual(world.did.slice(-2), ['unpack', 'failed: The operation was interrupted'])
  })

  on('after the point of no return it goes on until it is done', async ({ store, world, open }) => {
    const engine = await open()
    world.fail.set('write home', raise('failed', 3))
    const done = await engine.settled(await travel(engine, store))
    assert.equal(done.state, 'succeeded')
  })

  for (const at of ['before-commit', 'after-commit', 'before-call', 'after-call'] as const) {
    on(
      `a crash ${at} is taken over, and ends as if nothing had happened`,
      async ({ store, world, open }) => {
        let crashes = 0
        let crashed = (): void => {}
        const crash = async (moment: Moment, engine: Engine<TestKit>): Promise<void> => {
          if (moment.at !== at || crashes === 4) return
          crashes += 1
          engine.halt()
          crashed()
        }
        let id: string | null = null
        for (;;) {
          const dead = new Promise<null>((resolve) => {
            crashed = () => resolve(null)
          })
          const engine = await open(crash)
          id ??= await travel(engine, store)
          const done = await Promise.race([engine.settled(id), dead])
          if (done !== null) {
            assert.equal(done.state, 'succeeded')
            break
          }
        }
        assert.deepEqual(world.ended.at(-1), 'well')
      },
    )
  }
}
