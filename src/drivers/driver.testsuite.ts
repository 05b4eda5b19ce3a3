/**
 * The contract of drivers, executable: every driver passes it.
 *
 * Each verb's case is run once, twice, with its patience gone beforehand, and given up in the middle and then done again.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { problem } from '../lib/problem.ts'
import {
  assertRaises,
  assertScene,
  id,
  port,
  scene,
  sidesOf,
  the,
  volume,
} from './driver.testbench.ts'
import type { Bench, Sides } from './driver.testbench.ts'
import { cases, needNoGuest } from './driver.testcases.ts'
import { moveStories } from './driver.testmoves.ts'
import { verbNames } from './verbs.ts'

/** Tries a driver. `open` gives two empty hosts of the kind that is tried. */
export function driverSuite(name: string, open: () => Promise<Bench>): void {
  const onBench = (title: string, work: (on: Sides, bench: Bench) => Promise<void>): void => {
    test(title, async (t) => {
      const bench = await open()
      t.after(() => bench.close())
      await work(sidesOf(bench), bench)
    })
  }

  suite(`the contract of drivers, kept by ${name}`, () => {
    for (const verb of verbNames) {
      const { given, call, shows } = cases[verb]

      onBench(
        `${verb} makes it so, and makes nothing more when it is called again`,
        async (on, bench) => {
          await given(on, bench)
          const first = await call(on, bench, on)
          await shows(on, bench, first)
          const second = await call(on, bench, on)
          assert.deepEqual(second, first)
          await shows(on, bench, second)
        },
      )

      onBench(
        `${verb} does nothing when the patience is gone before it begins`,
        async (on, bench) => {
          await given(on, bench)
          const before = await scene(on)
          const reason = problem('unavailable', 'too late')
          const impatient = sidesOf(bench, AbortSignal.abort(reason))
          await assert.rejects(call(impatient, bench, on), (thrown) => thrown === reason)
          assert.deepEqual(await scene(on), before)
        },
      )

      onBench(`${verb} that is given up in the middle can be done again`, async (on, bench) => {
        await given(on, bench)
        const patience = new AbortController()
        const reason = problem('unavailable', 'too slow')
        const working = call(sidesOf(bench, patience.signal), bench, on)
        patience.abort(reason)
        await working.catch((thrown: unknown) => assert.equal(thrown, reason))
        await shows(on, bench, await call(on, bench, on))
      })

      if (needNoGuest.has(verb)) continue
      onBench(`${verb} says so when there is no such guest`, async (on, bench) => {
        await assertRaises(call(on, bench, on), 'InstanceNotFound')
        assert.deepEqual(await scene(on), [])
      })
    }

    onBench('what takes away is content where there is nothing', async (on) => {
      for (const host of [on.source, on.destination]) {
        await host.destroy(id)
        await host.confirmMigration(id)
        await host.finishRevertMigration(the, { powerOn: true })
        await host.postLiveMigrationAtSource(id)
        await host.rollbackLiveMigrationAtDestination(id)
        await host.unplugVifs(id)
        await host.detachInterface(id, port.id)
        await host.detachVolume(id, volume.id)
      }
      await assertScene(on)
    })

    moveStories(onBench)
  })
}
