/**
 * Driving one saga from wherever it is to its end.
 *
 * Crashing and taking over need no code of their own: a new owner drives from the record, and a step that had begun runs
 * again. This file is the way forward and the verdict on what fails; the way back is in `way-back.ts`.
 *
 * Neighbouring record steps share a transaction with the log entries around them. When one of them fails the transaction is
 * done again without it, and then it fails alone.
 */
import type { Instant } from '../lib/clock.ts'
import { isProblem, problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import * as log from '../store/sagas/log.ts'
import type { LogEntry } from '../store/sagas/log.ts'
import * as rows from '../store/sagas/rows.ts'
import type { Outputs, SagaRecord } from '../store/sagas/record.ts'
import type { Tx } from '../store/store.ts'
import type { Kit, SagaDefinition, Settlement, Step } from './definition.ts'
import { newDraft } from './draft.ts'
import type { Draft, HostResult } from './draft.ts'
import { Gone, Ledger, Unsure } from './ledger.ts'
import type { DriveTools } from './ledger.ts'
import { NotYet } from './not-yet.ts'
import { added, endingOf, hostSpec, recordSpec } from './specs.ts'
import type { DriveEnd } from './drive-end.ts'
import { callHost, stackOf, tryAgain } from './trying.ts'
import { verdictOn } from './verdict.ts'
import { Waits } from './waits.ts'
import { WayBack } from './way-back.ts'

export class Drive<K extends Kit> {
  readonly #ledger: Ledger<K>
  readonly #waits: Waits
  readonly #wayBack: WayBack<K>
  /** Whether the start of the host step that comes next was written together with what came before it. */
  #startLogged = false

  constructor(definition: SagaDefinition, saga: SagaRecord, tools: DriveTools<K>) {
    this.#ledger = new Ledger(definition, saga, tools)
    this.#waits = new Waits(tools.clock)
    this.#wayBack = new WayBack(this.#ledger, this.#waits)
  }

  /** Runs until the saga has ended or cannot be driven on from what is known here. Never rejects. */
  async run(): Promise<DriveEnd> {
    try {
      while (this.#ledger.saga.active) await this.#turn()
      return 'ended'
    } catch (thrown) {
      if (this.#ledger.ours(thrown) instanceof Gone) return 'gone'
      const { tools, saga } = this.#ledger
      const cause = thrown instanceof Error ? thrown.cause : undefined
      const silence = isProblem(thrown, 'unavailable') || isProblem(cause, 'unavailable')
      tools.log[silence ? 'warn' : 'error']('an operation must be read again', {
        saga: saga.id,
        name: saga.name,
        cause: cause instanceof Error ? stackOf(cause) : String(thrown),
      })
      return 'unsure'
    }
  }

  /** Asks it to stop at the next boundary. A call under way is not waited for, unless it cannot be undone. */
  interrupt(reason: string): void {
    this.#ledger.noteInterrupt(reason)
    if (this.#mayStopAt(this.#ledger.saga.next)) this.#waits.breakOff(interrupted(reason))
    else this.#waits.poke()
  }

  /** Whoever waits looks again. */
  poke(): void {
    this.#waits.poke()
  }

  /** Makes it stop where it is, as a crash would: nothing more is written. */
  stop(): void {
    this.#ledger.stop()
    this.#waits.breakOff(new Gone())
  }

  async #turn(): Promise<void> {
    this.#ledger.check()
    const { saga } = this.#ledger
    if (!this.#shouldStop(saga.next)) await this.#waits.sleepUntil(saga.wakeAt)
    this.#ledger.goesOn()
    this.#waits.looking()
    if (saga.direction !== 'do') return await this.#wayBack.turn()
    if (this.#shouldStop(saga.next)) return await this.#wayBack.beginInterrupted()
    const step = this.#ledger.definition.steps[saga.next]
    if (step?.kind === 'host') await this.#callHost(step)
    else await this.#commit(null)
  }

  async #callHost(step: Step): Promise<void> {
    const index = this.#ledger.saga.next
    let value: unknown
    try {
      if (!this.#startLogged) await this.#logStarted(step)
      this.#startLogged = false
      const stopAtOnce = (): void => {
        const { interrupt } = this.#ledger
        if (interrupt !== null) this.interrupt(interrupt)
      }
      value = await callHost(
        this.#ledger,
        this.#waits,
        step,
        stopAtOnce,
        async (c) => await hostSpec(step).do(c),
      )
    } catch (thrown) {
      return await this.#failed(index, this.#ledger.asProblem(thrown))
    }
    await this.#commit({ value, tolerated: null })
  }

  /**
   * Commits the outcome of the host step under way, if any, then every record step that follows, then the start of the next
   * host step or the end.
   */
  async #commit(
    result: HostResult | null,
    stepsMax: number = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    const ledger = this.#ledger
    const from = ledger.saga.next
    let at = from
    const now = ledger.tools.clock.now()
    try {
      const draft = await ledger.transaction(ledger.stepAt(from), async (tx) => {
        const made = newDraft(from, ledger.saga.outputs)
        await ledger.hold(tx)
        while (made.next < ledger.definition.steps.length && made.next - from < stepsMax) {
          at = made.next
          const step = ledger.stepAt(at)
          const isOutcome = at === from && step.kind === 'host'
          if (!isOutcome && (step.kind === 'host' || this.#shouldStop(at))) break
          await this.#record(tx, step, made, result, now)
          made.next += 1
        }
        at = from
        return await this.#closeDraft(tx, made, now)
      })
      const { next, outputs, ended } = draft
      this.#startLogged = draft.startLogged
      ledger.adopt({ next, outputs, state: 'running', attempts: 0, active: !ended, wakeAt: now })
    } catch (thrown) {
      if (thrown instanceof Gone || thrown instanceof Unsure) throw thrown
      if (at > from) return await this.#commit(result, at - from)
      if (thrown instanceof NotYet) return await this.#park(thrown)
      await this.#failed(from, ledger.asProblem(thrown))
    }
  }

  async #record(
    tx: Tx,
    step: Step,
    made: Draft,
    result: HostResult | null,
    now: Instant,
  ): Promise<void> {
    const ledger = this.#ledger
    if (step.kind === 'record') {
      const { shows } = step.spec
      if (shows !== undefined) await ledger.tools.show(tx, ledger.run(), shows, now)
      const output = await recordSpec(step).do(ledger.recording(tx, made.outputs, now))
      made.outputs = added(made.outputs, step.name, output)
    } else {
      made.outputs = added(made.outputs, step.name, result?.value)
      await hostSpec(step).then?.(ledger.recording(tx, made.outputs, now), result?.value)
    }
    const tolerated = step.kind === 'host' ? (result?.tolerated ?? null) : null
    // Only the first of them was tried again; those that are committed with it have just begun.
    const attempts = made.next === ledger.saga.next ? ledger.saga.attempts : 0
    const given = { finishedAt: now, problem: tolerated, attempts }
    made.entries.push(ledger.entry(step, 'do', 'done', given))
    await ledger.watch(step, 'in-commit')
  }

  async #closeDraft(tx: Tx, made: Draft, now: Instant): Promise<Draft> {
    const ledger = this.#ledger
    const { next, outputs } = made
    const progress = { next, outputs, attempts: 0, state: 'running', wakeAt: now } as const
    const step = ledger.definition.steps[next]
    if (step === undefined) {
      await log.write(tx, ...made.entries)
      await endingOf(ledger.definition).succeeded?.(ledger.recording(tx, outputs, now))
      await rows.end(tx, ledger.saga, 'succeeded', now, progress)
      await ledger.tools.ended(tx, ledger.run(), null, now)
      return { ...made, ended: true }
    }
    await rows.advance(tx, ledger.saga, progress, now)
    const startLogged = step.kind === 'host' && !this.#shouldStop(next)
    if (startLogged) made.entries.push(await this.#begun(tx, step, outputs, now))
    await log.write(tx, ...made.entries)
    return { ...made, startLogged }
  }

  async #logStarted(step: Step): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    await ledger.transaction(step, async (tx) => {
      await ledger.hold(tx)
      await log.write(tx, await this.#begun(tx, step, ledger.saga.outputs, now))
    })
  }

  /** Shows that the step begins. Answers the entry that says so. */
  async #begun(tx: Tx, step: Step, outputs: Outputs, now: Instant): Promise<LogEntry> {
    const ledger = this.#ledger
    const { shows } = step.spec
    if (shows !== undefined) await ledger.tools.show(tx, ledger.run(), shows, now)
    return ledger.entry(step, 'do', 'started', { outputs })
  }

  async #failed(index: number, failure: Problem): Promise<void> {
    const ledger = this.#ledger
    const { saga, definition, tools } = ledger
    const step = ledger.stepAt(index)
    const verdict = verdictOn(definition, {
      index,
      failure,
      params: saga.params,
      round: saga.round,
      interrupted: ledger.interrupt !== null,
      waitedMs: await ledger.waitedMs(step, 'do', tools.clock.now()),
    })
    if (failure.kind === 'bug') {
      const cause = stackOf(failure)
      tools.log.error('a step has a bug', { saga: saga.id, step: step.name, cause })
    }
    switch (verdict.kind) {
      case 'again':
        return await tryAgain(ledger, step, failure)
      case 'tolerate':
        return await this.#commit({ value: hostSpec(step).tolerate?.as, tolerated: failure })
      case 'rewind':
        return await this.#wayBack.begin('rewind', index, failure)
      case 'unwind':
        return await this.#wayBack.begin('undo', index, failure)
      case 'settle':
        return await this.#settle(verdict.settlement, step, failure)
    }
  }

  async #settle(settlement: Settlement, step: Step, failure: Problem): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    try {
      await ledger.transaction(step, async (tx) => {
        await rows.advance(tx, ledger.saga, { problem: failure.toRecord() }, now)
        const failed = ledger.entry(step, 'do', 'failed', { finishedAt: now, problem: failure })
        await log.write(tx, failed)
        const epoch = await rows.fence(tx, ledger.saga)
        // The settlement was written for this saga's parameters and outputs.
        const c = ledger.recording(tx, ledger.saga.outputs, now) as never
        await settlement.do(c, failure)
        const { name, title } = settlement
        const settled = ledger.entry(step, 'do', 'done', { finishedAt: now })
        await log.write(tx, { ...settled, step: name, title, event: name })
        await rows.end(tx, { id: ledger.saga.id, epoch }, 'failed', now)
        await ledger.tools.ended(tx, ledger.run(), failure, now)
        await ledger.watch(step, 'in-commit')
      })
      ledger.adopt({ active: false })
    } catch (thrown) {
      // What should have settled it did not work either: the step is tried again, and then this.
      await tryAgain(ledger, step, ledger.asProblem(thrown))
    }
  }

  /** Waits for a poke or for the time, without counting it as a failure. */
  async #park(waiting: NotYet): Promise<void> {
    const ledger = this.#ledger
    const now = ledger.tools.clock.now()
    const step = ledger.stepAt(ledger.saga.next)
    await ledger.transaction(step, async (tx) => {
      await ledger.hold(tx)
      await rows.advance(tx, ledger.saga, { wakeAt: waiting.until }, now)
      await log.write(tx, await this.#begun(tx, step, ledger.saga.outputs, now))
    })
    ledger.adopt({ wakeAt: waiting.until })
    ledger.waitsForOthers()
  }

  #shouldStop(index: number): boolean {
    return this.#ledger.interrupt !== null && this.#mayStopAt(index)
  }

  /** Whether what was done before that step can still be undone, and is not being undone already. */
  #mayStopAt(index: number): boolean {
    const { pointOfNoReturn } = this.#ledger.definition
    const reached = pointOfNoReturn !== null && index >= pointOfNoReturn.at
    return this.#ledger.saga.direction === 'do' && !reached
  }
}

function interrupted(reason: string): Problem {
  return problem('conflict', 'The operation was interrupted', { by: reason })
}
