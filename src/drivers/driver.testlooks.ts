/** The verbs that only look: what each of them sees. */
import assert from 'node:assert/strict'
import { assertScene, id, the } from './driver.testbench.ts'
import type { Case } from './driver.testscenes.ts'
import { moved, nothing, running } from './driver.testscenes.ts'

export const looking = {
  getAvailableResource: {
    given: nothing,
    call: ({ source }) => source.getAvailableResource(),
    shows: async ({ source }) => {
      const { vcpus, memoryMb, diskGb, traits } = await source.getAvailableResource()
      for (const amount of [vcpus, memoryMb, diskGb]) assert.ok(amount > 0)
      assert.equal(new Set(traits).size, traits.length)
      for (const trait of traits) assert.match(trait, /^[A-Z0-9_]{1,255}$/)
    },
  },
  listGuests: {
    given: moved,
    call: ({ source }) => source.listGuests(),
    shows: (on) => assertScene(on, 'source source-copy shutdown', 'destination incoming shutdown'),
  },
  getInfo: {
    given: moved,
    call: ({ source }) => source.getInfo(id),
    shows: async (_on, _bench, answer) => assert.equal(answer, null),
  },
  getConsoleOutput: {
    given: running,
    call: ({ source }) => source.getConsoleOutput(id),
    shows: async (_on, _bench, answer) => {
      assert.equal(typeof answer, 'string')
      assert.match(String(answer), /\n/)
    },
  },
  getConsole: {
    given: running,
    call: ({ source }) => source.getConsole(id, 'novnc'),
    shows: async ({ source }) => {
      const { host, port: number } = await source.getConsole(id, 'novnc')
      assert.ok(host.length > 0)
      assert.ok(number > 0 && number < 65_536)
    },
  },
  getDiagnostics: {
    given: running,
    call: async ({ source }) => {
      const { processors, interfaces, memoryMb } = await source.getDiagnostics(id)
      return { processors: processors.length, macs: interfaces.map(({ mac }) => mac), memoryMb }
    },
    shows: async (_on, _bench, answer) => {
      const { processors, macs, memoryMb } = answer as {
        // As the call above makes it.
        processors: number
        macs: readonly string[]
        memoryMb: { maximum: number }
      }
      assert.equal(processors, the.vcpus)
      assert.deepEqual(
        macs,
        the.ports.map(({ mac }) => mac),
      )
      assert.equal(memoryMb.maximum, the.memoryMb)
    },
  },
} as const satisfies Readonly<Record<string, Case>>
