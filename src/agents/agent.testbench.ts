/** What agents are tried on: one simulated host, faults, a clock, and the notes of each effect that the driver had. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { HostName } from '../domain/ids.ts'
import { id, the } from '../drivers/driver.testbench.ts'
import type { FaultData } from '../drivers/fault-data.ts'
import { faultPlan, withFaults } from '../drivers/faults.ts'
import type { FaultPlan } from '../drivers/faults.ts'
import { simulatedDriver } from '../drivers/simulated/driver.ts'
import type { Durations } from '../drivers/simulated/driver.ts'
import { openWorld } from '../drivers/simulated/world.ts'
import type { World } from '../drivers/simulated/world.ts'
import { callVerb, verbsVia } from '../drivers/verbs.ts'
import type { Patience, Verb, VirtDriver } from '../drivers/virt-driver.ts'
import { seededIds } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { seededRandom } from '../lib/random.ts'
import { virtualClock } from '../lib/virtual-clock.ts'
import type { VirtualClock } from '../lib/virtual-clock.ts'
import { createAgent } from './agent.ts'
import type { Agent, AgentCall } from './agent.ts'
import type { Answer } from './hosts.ts'
import { agentMemories } from './memory.ts'

export const host = 'host1' as HostName

type Setting = { readonly durations?: Durations; readonly faults?: readonly FaultData[] }

export type Stage = {
  readonly clock: VirtualClock
  readonly world: World
  readonly plan: FaultPlan
  /** Each verb that the driver came back from, in order. */
  readonly effects: Verb[]
  readonly driver: VirtDriver
  readonly agent: Agent
  /** Starts another agent of the same host, with the same file. */
  readonly start: (driver?: VirtDriver) => Agent
}

/** An agent on a simulated host, which notes each effect that its driver has. */
export function stage(t: TestContext, { durations = {}, faults = [] }: Setting = {}): Stage {
  const clock = virtualClock(1_000_000)
  const world = openWorld({ path: ':memory:', clock, ids: seededIds(seededRandom('agents')) })
  t.after(() => world.close())
  const plan = faultPlan({ clock, random: seededRandom('agents') })
  plan.replace({ faults })
  const effects: Verb[] = []
  const driver = simulatedDriver({ world, host, durations })
  const noting = noticed(driver, (verb) => effects.push(verb))
  const memories = agentMemories(world.database, clock)
  const start = (by: VirtDriver = noting) =>
    createAgent({
      host,
      driver: withFaults(by, plan, host),
      memory: memories(host),
      clock,
      log: silentLog,
      faults: plan,
    })
  return { clock, world, plan, effects, agent: start(), start, driver }
}

/** A driver with something around each of its verbs. */
function passing(
  driver: VirtDriver,
  around: (verb: Verb, next: () => Promise<unknown>) => Promise<unknown>,
): VirtDriver {
  return verbsVia(async (verb, args) => {
    // The interface puts the patience last in every verb.
    const patience = args.at(-1) as Patience
    return await around(verb, () => callVerb(driver, verb, args.slice(0, -1), patience))
  })
}

function noticed(driver: VirtDriver, notice: (verb: Verb) => void): VirtDriver {
  return passing(driver, async (verb, next) => {
    const value = await next()
    notice(verb)
    return value
  })
}

export function call(
  verb: Verb,
  args: readonly unknown[],
  more: Partial<AgentCall> = {},
): AgentCall {
  const claim = { operation: 'op-1', subject: `server/${id}`, epoch: 1 }
  return { key: `op-1/${verb}/do/0`, ...claim, deadlineMs: 60_000, verb, args, ...more }
}

export const patience: Patience = { signal: new AbortController().signal }
export const spawn = call('spawn', [the])
export const powerOff = call('powerOff', [id])

export function assertProblem(answer: Answer, kind: string, message?: RegExp): void {
  assert.equal(answer.ok, false)
  if (answer.ok) return
  assert.equal(answer.problem.kind, kind)
  if (message !== undefined) assert.match(answer.problem.message, message)
}
