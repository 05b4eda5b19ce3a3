/**
 * The way back of a saga: to nothing, or to the beginning of a part that is tried again elsewhere.
 *
 * Whatever began is undone, the last first. An undo that does not succeed is tried until it does, with two exceptions. A step
 * may say what settles the saga when it cannot be undone; and a saga that was asked to stop is not held up by a host: whoever
 * wanted it to stop decides whether it may go on without.
 */
import { assert, problem, problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import * as log from '../store/sagas/log.ts'
import * as rows from '../store/sagas/rows.ts'
import type { Outputs } from '../store/sagas/record.ts'
import type { Kit, Segment, Step } from './definition.ts'
import type { Ledger } from './ledger.ts'
import { isNothing } from './nothing.ts'
import { endingOf, hostSpec, recordSpec } from './specs.ts'
import { callHost, isPassing, stuckAfter, tryAgain } from './trying.ts'
import { defaultPatienceMs } from './verdict.ts'
import type { Waits } from './waits.ts'

/** How long a saga that was asked to stop waits for a host that does not answer, in ms. */
const hurriedPatienceMs = 5_000

export class WayBack<K extends Kit> {
  readonly #ledger: Ledger<K>
  readonly #waits: Waits

  constructor(ledger: Ledger<K>, waits: Waits) {
    this.#ledger = ledger
    this.#waits = waits
  }

  /** Turns around because the step failed. It is the first to be undone: part of it may have happened. */
  async begin(direction: 'rewind' | 'undo', index: number, failure: Problem): Promise<void> {
    await this.#turnAround(direction, index, failure, this.#ledger.stepAt(index))
  }

  /** Turns around because somebody wants it to stop. The step that comes next may have begun, before a crash or a wait. */
  async beginInterrupted(): Promise<void> {
    const ledger = this.#ledger
    const { next } = ledger.saga
    const reason = problem('conflict', 'The operation was interrupted', { by: ledger.interrupt })
    const step = ledger.definition.steps[next]
    const begun = step !== undefined && (await ledger.begunAt(step, 'do')) !== null
    await this.#turnAround('undo', begun ? next : next - 1, reason, begun ? step : null)
  }

  async #turnAround(
    direction: 'rewind' | 'undo',
    from: number,
    failure: Problem,
    failed: Step | null,
  ): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const turned = {
      direction,
      next: from,
      attempts: 0,
      problem: failure.toRecord(),
      wakeAt: now,
      state: 'running',
    } as const
    const epoch = await ledger.transaction(ledger.stepAt(Math.max(from, 0)), async (tx) => {
      await rows.advance(tx, ledger.saga, turned, now)
      if (failed !== null) {
        const given = { finishedAt: now, problem: failure }
        await log.write(tx, ledger.entry(failed, 'do', 'failed', given))
      }
      // Whatever the host may still be doing for us must not come after what undoes it.
      return await rows.fence(tx, ledger.saga)
    })
    ledger.adopt({ ...turned, epoch })
  }

  /** One step back, or what comes when there is none left. */
  async turn(): Promise<void> {
    const { direction, next } = this.#ledger.saga
    if (direction === 'rewind') {
      const segment = this.#segmentBefore(next)
      if (next < segment.from) return await this.#beginAnew(segment)
    } else if (next < 0) return await this.#end()
    const step = this.#ledger.stepAt(next)
    try {
      await this.#undo(step)
    } catch (thrown) {
      await this.#undoFailed(step, this.#ledger.asProblem(thrown))
    }
  }

  async #undo(step: Step): Promise<void> {
    const ledger = this.#ledger
    const { undo } = step.spec
    const { direction, attempts } = ledger.saga
    if (isNothing(undo)) return await this.#stepBack(step, null)
    if (step.kind === 'record') return await this.#stepBack(step, recordSpec(step).undo)
    if (attempts === 0) {
      await ledger.transaction(step, async (tx) => {
        await ledger.hold(tx)
        await log.write(tx, ledger.entry(step, direction, 'started'))
      })
    }
    const spec = hostSpec(step)
    await callHost(
      ledger,
      this.#waits,
      step,
      () => {},
      async (c) => {
        if (!isNothing(spec.undo)) await spec.undo(c)
      },
    )
    await this.#stepBack(step, doNothing)
  }

  /** Commits that the step is undone, with the undo itself where it is a matter of records. */
  async #stepBack(step: Step, undo: ReturnType<typeof recordSpec>['undo'] | null): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const back = { next: ledger.saga.next - 1, attempts: 0, state: 'running', wakeAt: now } as const
    await ledger.transaction(step, async (tx) => {
      await ledger.hold(tx)
      const { direction, attempts } = ledger.saga
      if (undo !== null && !isNothing(undo)) {
        await undo(ledger.recording(tx, ledger.saga.outputs, now))
      }
      // Where there is nothing to undo nothing was begun, unless it had to be tried again.
      if (undo !== null || attempts > 0) {
        await log.write(tx, ledger.entry(step, direction, 'done', { finishedAt: now }))
      }
      await rows.advance(tx, ledger.saga, back, now)
      await ledger.watch(step, 'in-commit')
    })
    ledger.adopt(back)
  }

  async #undoFailed(step: Step, failure: Problem): Promise<void> {
    if (step.kind === 'host' && (await this.#isHopeless(step, failure))) {
      if (this.#ledger.interrupt !== null && (await this.#abandon(step, failure))) return
      const { stranded } = hostSpec(step)
      if (stranded !== undefined) return await this.#strand(step, stranded, failure)
    }
    await tryAgain(this.#ledger, step, failure)
  }

  async #isHopeless(step: Step, failure: Problem): Promise<boolean> {
    const { saga, tools, interrupt } = this.#ledger
    if (!isPassing(failure)) return saga.attempts + 1 >= stuckAfter
    const patienceMs = step.spec.patienceMs ?? defaultPatienceMs
    const waitedMs = await this.#ledger.waitedMs(step, saga.direction, tools.clock.now())
    return waitedMs >= (interrupt === null ? patienceMs : Math.min(patienceMs, hurriedPatienceMs))
  }

  /** Goes on without the host, if whoever asked the saga to stop agrees. */
  async #abandon(step: Step, failure: Problem): Promise<boolean> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const { direction, next, params, outputs } = ledger.saga
    const host = hostSpec(step).on({ p: params, out: outputs.steps })
    if (host === null) return false
    const back = { next: next - 1, attempts: 0, state: 'running', wakeAt: now } as const
    const agreed = await ledger.transaction(step, async (tx) => {
      // First whether it is ours at all: whoever has taken it over may have ended it, and everything it is about.
      await ledger.hold(tx)
      if (!(await ledger.tools.abandon(tx, ledger.run(), host, now))) return false
      const given = { finishedAt: now, problem: failure }
      await log.write(tx, ledger.entry(step, direction, 'failed', given))
      await rows.advance(tx, ledger.saga, back, now)
      return true
    })
    if (agreed) ledger.adopt(back)
    return agreed
  }

  /** Ends the saga here, as the step says. */
  async #strand(
    step: Step,
    stranded: NonNullable<ReturnType<typeof hostSpec>['stranded']>,
    failure: Problem,
  ): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const cause = this.#cause()
    try {
      await ledger.transaction(step, async (tx) => {
        await ledger.hold(tx)
        const given = { finishedAt: now, problem: failure }
        await log.write(tx, ledger.entry(step, ledger.saga.direction, 'failed', given))
        const epoch = await rows.fence(tx, ledger.saga)
        await stranded.do(ledger.recording(tx, ledger.saga.outputs, now), cause)
        await rows.end(tx, { id: ledger.saga.id, epoch }, 'failed', now)
        await ledger.tools.ended(tx, ledger.run(), cause, now)
      })
      ledger.adopt({ active: false })
    } catch (thrown) {
      await tryAgain(ledger, step, ledger.asProblem(thrown))
    }
  }

  async #beginAnew(segment: Segment): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const { from, to } = segment
    const outputs = rewound(ledger.saga.outputs, ledger.definition.steps.slice(from, to))
    const round = ledger.saga.round + 1
    const anew = { direction: 'do', next: from, round, outputs, attempts: 0, wakeAt: now } as const
    await ledger.transaction(ledger.stepAt(from), async (tx) => {
      await rows.advance(tx, ledger.saga, anew, now)
    })
    ledger.adopt(anew)
  }

  async #end(): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const step = ledger.stepAt(0)
    const cause = this.#cause()
    try {
      await ledger.transaction(step, async (tx) => {
        await ledger.hold(tx)
        const c = ledger.recording(tx, ledger.saga.outputs, now)
        await endingOf(ledger.definition).failed(c, cause)
        // What could not be written at first was noted with the first step.
        if (ledger.saga.attempts > 0)
          await log.write(tx, ledger.entry(step, 'undo', 'done', { finishedAt: now }))
        await rows.end(tx, ledger.saga, 'failed', now)
        await ledger.tools.ended(tx, ledger.run(), cause, now)
        await ledger.watch(step, 'in-commit')
      })
      ledger.adopt({ active: false })
    } catch (thrown) {
      await tryAgain(ledger, step, ledger.asProblem(thrown))
    }
  }

  /** Why it turned around. */
  #cause(): Problem {
    const { problem: recorded } = this.#ledger.saga
    return recorded === null ? problem('bug', 'undone without a reason') : problemOf(recorded)
  }

  /** The part that is being rewound: `next` is in it, or just before it when it is undone. */
  #segmentBefore(next: number): Segment {
    const segment = this.#ledger.definition.segments.find(
      ({ from, to }) => next >= from - 1 && next < to,
    )
    assert(segment !== undefined, 'only a part that may begin anew is rewound', { next })
    return segment
  }
}

/** Puts aside what the steps of a failed round returned. */
function rewound(outputs: Outputs, steps: readonly Step[]): Outputs {
  const names = new Set(steps.map((step) => step.name))
  const entries = Object.entries(outputs.steps)
  return {
    steps: Object.fromEntries(entries.filter(([name]) => !names.has(name))),
    earlier: [...outputs.earlier, Object.fromEntries(entries.filter(([name]) => names.has(name)))],
  }
}

async function doNothing(): Promise<void> {}
