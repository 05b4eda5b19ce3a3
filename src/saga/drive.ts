/**
 * Driving one saga from wherever it is to its end.
 *
 * The record is read once; from then on this is its only writer, because every write names the epoch and is refused when
 * another owner has raised it. Crashing and taking over need no code of their own: a new owner drives from the record, and
 * a step that had begun runs again.
 *
 * Neighbouring record steps share a transaction with the log entries around them. When one of them fails the transaction is
 * done again without it, and then it fails alone.
 */
import type { Clock, Instant } from '../lib/clock.ts'
import { derivedUuid } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { asProblem, assert, isProblem, problem, problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import type { Random } from '../lib/random.ts'
import { backoffMs } from '../lib/retry.ts'
import * as log from '../store/sagas/log.ts'
import * as rows from '../store/sagas/rows.ts'
import type { Direction, Outputs, SagaRecord } from '../store/sagas/rows.ts'
import type { Store, Tx } from '../store/store.ts'
import { callStep } from './call.ts'
import type {
  Calling,
  HostStep,
  Kit,
  Recording,
  RecordStep,
  Run,
  SagaDefinition,
  Step,
} from './definition.ts'
import type { Moment, Watch } from './moment.ts'
import { isNothing } from './nothing.ts'
import { NotYet } from './not-yet.ts'
import { verdictOn } from './verdict.ts'

export type DriveTools<K extends Kit> = {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly tools: K['tools']
  /** Shows users what a step shows, in the step's transaction. */
  readonly show: (tx: Tx, run: Run, shows: K['shows'], now: Instant) => Promise<void>
  /** The saga has ended: what follows from that, in the transaction that ends it. */
  readonly ended: (tx: Tx, run: Run, outcome: Problem | null, now: Instant) => Promise<void>
  readonly watch: Watch | null
}

/** After so many failures in a row a person should look; trying goes on. */
const stuckAfter = 5
const backoff = { firstMs: 20, capMs: 5_000 }

type Outs = Readonly<Record<string, unknown>>
type AnyStep = RecordStep<Kit, unknown, Outs, unknown>
type AnyHostStep = HostStep<Kit, unknown, Outs, unknown>

/** What a transaction is about to make of the record. */
type Draft = { next: number; outputs: Outputs; ended: boolean; startLogged: boolean }

/** Thrown through a drive whose engine was stopped or which has lost its saga to another owner. */
class Gone extends Error {}

export class Drive<K extends Kit> {
  readonly #definition: SagaDefinition
  readonly #tools: DriveTools<K>
  #saga: SagaRecord
  #interrupt: string | null
  #stopped = false
  /** Wakes a sleeping drive, or aborts its call when it should stop waiting. */
  #wake: AbortController = new AbortController()
  #calling = false
  /** Whether the start of the host step that comes next was written together with what came before it. */
  #startLogged = false

  constructor(definition: SagaDefinition, saga: SagaRecord, tools: DriveTools<K>) {
    this.#definition = definition
    this.#saga = saga
    this.#interrupt = saga.interrupt
    this.#tools = tools
  }

  /** Runs until the saga has ended or is somebody else's. Never rejects for what a step does. */
  async run(): Promise<void> {
    try {
      while (this.#saga.active) {
        this.#check()
        await this.#turn()
      }
    } catch (thrown) {
      if (thrown instanceof Gone) return
      if (!isProblem(thrown, 'unavailable')) throw thrown
      // The database does not answer. The lease runs out and somebody, perhaps we, takes over.
      this.#tools.log.warn('operation left to the next owner', {
        saga: this.#saga.id,
        cause: String(thrown.cause),
      })
    }
  }

  /** Asks it to stop at the next boundary. A call under way is not waited for. */
  interrupt(reason: string): void {
    this.#interrupt ??= reason
    if (!this.#calling || this.#canUnwind(this.#saga.next))
      this.#wake.abort(problem('conflict', 'The operation was interrupted'))
  }

  /** Whoever waits looks again. Calls are left alone. */
  poke(): void {
    if (!this.#calling) this.#wake.abort(problem('conflict', 'woken'))
  }

  /** Makes it stop where it is, as a crash would: nothing more is written. */
  stop(): void {
    this.#stopped = true
    this.#wake.abort(new Gone())
  }

  async #turn(): Promise<void> {
    await this.#sleepUntil(this.#saga.wakeAt)
    if (this.#saga.direction !== 'do') return await this.#turnBack()
    if (this.#shouldStop(this.#saga.next)) return await this.#unwindInterrupted()
    const step = this.#definition.steps[this.#saga.next]
    if (step?.kind === 'host') await this.#callHost(step)
    else await this.#commit(null)
  }

  // --- forward

  async #callHost(step: Step): Promise<void> {
    const spec = hostSpec(step)
    const index = this.#saga.next
    let result: unknown
    try {
      if (!this.#startLogged) await this.#logStarted(step)
      this.#startLogged = false
      result = await this.#call(step, 'do', spec.deadlineMs, async (c) => await spec.do(c))
    } catch (thrown) {
      return await this.#failed(index, this.#asOurs(thrown))
    }
    await this.#commit(result)
  }

  /**
   * Commits the outcome of the host step under way, if any, then every record step that follows, then the start of the next
   * host step or the end.
   */
  async #commit(result: unknown, stepsMax = Number.POSITIVE_INFINITY): Promise<void> {
    const from = this.#saga.next
    let at = from
    const now = this.#tools.clock.now()
    try {
      const draft = await this.#transaction(this.#stepAt(from), async (tx) => {
        const made: Draft = {
          next: from,
          outputs: this.#saga.outputs,
          ended: false,
          startLogged: false,
        }
        this.#interrupt ??= (await rows.hold(tx, this.#saga)).interrupt
        while (made.next < this.#definition.steps.length && made.next - from < stepsMax) {
          at = made.next
          if (this.#shouldStop(at) && !(at === from && this.#stepAt(from).kind === 'host')) break
          const step = this.#definition.steps[at]
          if (step === undefined || (step.kind === 'host' && at > from)) break
          await this.#record(tx, step, made, result, now)
          made.next += 1
        }
        at = from
        return await this.#closeDraft(tx, made, now)
      })
      const { next, outputs, ended } = draft
      this.#startLogged = draft.startLogged
      this.#adopt({ next, outputs, state: 'running', attempts: 0, active: !ended, wakeAt: now })
    } catch (thrown) {
      if (at > from) return await this.#commit(result, at - from)
      if (thrown instanceof NotYet) return await this.#park(thrown)
      await this.#failed(from, this.#asOurs(thrown))
    }
  }

  async #record(tx: Tx, step: Step, made: Draft, result: unknown, now: Instant): Promise<void> {
    if (step.kind === 'record' && step.spec.shows !== undefined) {
      await this.#tools.show(tx, this.#run(), step.spec.shows, now)
    }
    const c = this.#recording(tx, made.outputs, now)
    let output = result
    if (step.kind === 'record') output = await recordSpec(step).do(c)
    else
      await hostSpec(step).then?.(
        this.#recording(tx, added(made.outputs, step.name, result), now),
        result,
      )
    made.outputs = added(made.outputs, step.name, output)
    await log.write(tx, this.#entry(step, 'do', 'done', now, null))
  }

  async #closeDraft(tx: Tx, made: Draft, now: Instant): Promise<Draft> {
    const progress = {
      next: made.next,
      outputs: made.outputs,
      attempts: 0,
      state: 'running',
      wakeAt: now,
    } as const
    await rows.advance(tx, this.#saga, progress, now)
    const step = this.#definition.steps[made.next]
    if (step?.kind === 'host' && !this.#shouldStop(made.next)) {
      await this.#writeStart(tx, step, made.outputs, now)
      return { ...made, startLogged: true }
    }
    if (step === undefined) {
      const c = this.#recording(tx, made.outputs, now)
      await ending(this.#definition).succeeded?.(c)
      await rows.end(tx, this.#saga, 'succeeded', now)
      await this.#tools.ended(tx, this.#run(), null, now)
      return { ...made, ended: true }
    }
    return made
  }

  async #logStarted(step: Step): Promise<void> {
    const now = this.#tools.clock.now()
    await this.#transaction(step, async (tx) => {
      this.#interrupt ??= (await rows.hold(tx, this.#saga)).interrupt
      await this.#writeStart(tx, step, this.#saga.outputs, now)
    })
  }

  async #writeStart(tx: Tx, step: Step, outputs: Outputs, now: Instant): Promise<void> {
    if (step.spec.shows !== undefined) {
      await this.#tools.show(tx, this.#run(), step.spec.shows, now)
    }
    await log.write(tx, {
      ...this.#entry(step, 'do', 'started', null, null),
      ...hostOf(step, this.#saga.params, outputs),
    })
  }

  // --- failure

  async #failed(index: number, failure: Problem): Promise<void> {
    const step = this.#stepAt(index)
    const now = this.#tools.clock.now()
    const since = await this.#startOf(step, now)
    const verdict = verdictOn(this.#definition, {
      index,
      failure,
      params: this.#saga.params,
      round: this.#saga.round,
      interrupted: this.#interrupt !== null,
      waitedMs: now - since,
    })
    if (failure.kind === 'bug') {
      this.#tools.log.error('a step has a bug', {
        saga: this.#saga.id,
        step: step.name,
        cause: stackOf(failure),
      })
    }
    switch (verdict.kind) {
      case 'again':
        return await this.#tryAgain(step, failure)
      case 'tolerate':
        return await this.#commit(hostSpec(step).tolerate?.as)
      case 'rewind':
        return await this.#turnAround('rewind', index, failure)
      case 'unwind':
        return await this.#turnAround('undo', index, failure)
      case 'settle':
        return await this.#settle(verdict.settlement, index, failure)
    }
  }

  /** Waits longer after each failure. Nothing is dropped: what does not succeed is loud. */
  async #tryAgain(step: Step, failure: Problem): Promise<void> {
    const now = this.#tools.clock.now()
    const attempts = this.#saga.attempts + 1
    const wakeAt = now + backoffMs(backoff, attempts, this.#tools.random)
    const state = attempts >= stuckAfter ? 'stuck' : 'running'
    if (attempts === stuckAfter) {
      this.#tools.log.error('an operation is stuck', {
        saga: this.#saga.id,
        name: this.#saga.name,
        step: step.name,
        direction: this.#saga.direction,
        problem: failure.toRecord(),
        cause: stackOf(failure),
      })
    }
    await this.#transaction(step, async (tx) => {
      await rows.advance(tx, this.#saga, { attempts, wakeAt, state }, now)
      await log.write(
        tx,
        this.#entry(step, this.#saga.direction, 'started', null, failure, attempts),
      )
    })
    this.#adopt({ attempts, wakeAt, state })
  }

  async #turnAround(direction: 'rewind' | 'undo', index: number, failure: Problem): Promise<void> {
    const step = this.#stepAt(index)
    const now = this.#tools.clock.now()
    const epoch = await this.#transaction(step, async (tx) => {
      await rows.advance(
        tx,
        this.#saga,
        {
          direction,
          next: index,
          attempts: 0,
          problem: failure.toRecord(),
          wakeAt: now,
          state: 'running',
        },
        now,
      )
      await log.write(tx, this.#entry(step, 'do', 'failed', now, failure))
      // Whatever the host may still be doing for us must not come after what undoes it.
      return await rows.fence(tx, this.#saga)
    })
    this.#adopt({
      direction,
      next: index,
      attempts: 0,
      problem: failure.toRecord(),
      wakeAt: now,
      epoch,
    })
  }

  async #unwindInterrupted(): Promise<void> {
    const last = this.#saga.next - 1
    const failure = problem('conflict', 'The operation was interrupted', { by: this.#interrupt })
    const now = this.#tools.clock.now()
    const epoch = await this.#transaction(this.#stepAt(Math.max(last, 0)), async (tx) => {
      await rows.advance(
        tx,
        this.#saga,
        { direction: 'undo', next: last, attempts: 0, problem: failure.toRecord(), wakeAt: now },
        now,
      )
      return await rows.fence(tx, this.#saga)
    })
    this.#adopt({
      direction: 'undo',
      next: last,
      attempts: 0,
      problem: failure.toRecord(),
      wakeAt: now,
      epoch,
    })
  }

  async #settle(
    settlement: SagaDefinition['settlements'][number],
    index: number,
    failure: Problem,
  ): Promise<void> {
    const step = this.#stepAt(index)
    const now = this.#tools.clock.now()
    await this.#transaction(step, async (tx) => {
      await rows.advance(tx, this.#saga, { problem: failure.toRecord() }, now)
      await log.write(tx, this.#entry(step, 'do', 'failed', now, failure))
      const epoch = await rows.fence(tx, this.#saga)
      const c = this.#recording(tx, this.#saga.outputs, now)
      // The settlement was written for this saga's parameters and outputs.
      await settlement.do(c as never, failure)
      await log.write(tx, {
        ...this.#entry(step, 'undo', 'done', now, null),
        step: settlement.name,
        title: settlement.title,
        event: settlement.name,
      })
      await rows.end(tx, { id: this.#saga.id, epoch }, 'failed', now)
      await this.#tools.ended(tx, this.#run(), failure, now)
    })
    this.#adopt({ active: false })
  }

  // --- backward

  async #turnBack(): Promise<void> {
    const { direction, next } = this.#saga
    const target = direction === 'rewind' ? this.#segmentStart(next) : 0
    if (next < target)
      return direction === 'rewind' ? await this.#beginAnew(target) : await this.#endFailed()
    const step = this.#stepAt(next)
    try {
      await this.#undo(step)
    } catch (thrown) {
      await this.#tryAgain(step, this.#asOurs(thrown))
    }
  }

  async #undo(step: Step): Promise<void> {
    const { undo } = step.spec
    const now = this.#tools.clock.now()
    if (!isNothing(undo) && step.kind === 'host') {
      const spec = hostSpec(step)
      await this.#logUndoStarted(step)
      await this.#call(step, this.#saga.direction, spec.deadlineMs, async (c) => {
        if (!isNothing(spec.undo)) await spec.undo(c)
      })
    }
    const next = this.#saga.next - 1
    await this.#transaction(step, async (tx) => {
      const spec = step.kind === 'record' ? recordSpec(step) : null
      if (spec !== null && !isNothing(spec.undo))
        await spec.undo(this.#recording(tx, this.#saga.outputs, now))
      await rows.advance(tx, this.#saga, { next, attempts: 0, state: 'running', wakeAt: now }, now)
      if (!isNothing(undo)) {
        await log.write(
          tx,
          this.#entry(step, this.#saga.direction, 'done', this.#tools.clock.now(), null),
        )
      }
    })
    this.#adopt({ next, attempts: 0, state: 'running', wakeAt: now })
  }

  async #logUndoStarted(step: Step): Promise<void> {
    if (this.#saga.attempts > 0) return
    await this.#transaction(step, async (tx) => {
      await rows.hold(tx, this.#saga)
      await log.write(tx, this.#entry(step, this.#saga.direction, 'started', null, null))
    })
  }

  async #beginAnew(from: number): Promise<void> {
    const now = this.#tools.clock.now()
    const segment = this.#definition.segments.find((each) => each.from === from)
    assert(segment !== undefined, 'a rewind ends where a segment begins', {
      saga: this.#saga.name,
      from,
    })
    const outputs = rewound(
      this.#saga.outputs,
      this.#definition.steps.slice(segment.from, segment.to),
    )
    const round = this.#saga.round + 1
    await this.#transaction(this.#stepAt(from), async (tx) => {
      await rows.advance(
        tx,
        this.#saga,
        { direction: 'do', next: from, round, outputs, wakeAt: now },
        now,
      )
    })
    this.#adopt({ direction: 'do', next: from, round, outputs, wakeAt: now })
  }

  async #endFailed(): Promise<void> {
    const now = this.#tools.clock.now()
    const failure = problemOf(
      this.#saga.problem ?? problem('bug', 'undone without a reason').toRecord(),
    )
    const step = this.#stepAt(0)
    try {
      await this.#transaction(step, async (tx) => {
        await ending(this.#definition).failed(this.#recording(tx, this.#saga.outputs, now), failure)
        await rows.end(tx, this.#saga, 'failed', now)
        await this.#tools.ended(tx, this.#run(), failure, now)
      })
      this.#adopt({ active: false })
    } catch (thrown) {
      await this.#tryAgain(step, this.#asOurs(thrown))
    }
  }

  // --- the rest

  /** Waits for a poke or for the time, without counting it as a failure. */
  async #park(waiting: NotYet): Promise<void> {
    const now = this.#tools.clock.now()
    const step = this.#stepAt(this.#saga.next)
    await this.#transaction(step, async (tx) => {
      this.#interrupt ??= (await rows.hold(tx, this.#saga)).interrupt
      await rows.advance(tx, this.#saga, { wakeAt: waiting.until }, now)
      if (step.spec.shows !== undefined)
        await this.#tools.show(tx, this.#run(), step.spec.shows, now)
      await log.write(tx, this.#entry(step, 'do', 'started', null, null))
    })
    this.#adopt({ wakeAt: waiting.until })
  }

  async #call(
    step: Step,
    direction: Direction,
    deadlineMs: number | undefined,
    work: (c: Calling<Kit, unknown, Outs>) => Promise<unknown>,
  ): Promise<unknown> {
    await this.#watch(step, 'before-call')
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
    this.#calling = true
    try {
      // An interrupt that came before the call began must not be missed.
      if (this.#interrupt !== null && direction === 'do') this.interrupt(this.#interrupt)
      return await callStep(this.#tools.clock, this.#wake.signal, deadlineMs, async (ticket) => {
        const key = `${this.#saga.id}/${step.name}/${direction}/${this.#saga.round}`
        const { id: operation, subject, epoch } = this.#saga
        return await work({
          ...this.#base(),
          out: this.#out(),
          call: { key, operation, subject, epoch, ...ticket },
        })
      })
    } finally {
      this.#calling = false
      await this.#watch(step, 'after-call')
    }
  }

  async #transaction<T>(step: Step, work: (tx: Tx) => Promise<T>): Promise<T> {
    await this.#watch(step, 'before-commit')
    this.#check()
    const value = await this.#tools.store.transaction(work)
    this.#check()
    await this.#watch(step, 'after-commit')
    return value
  }

  async #watch(step: Step, at: Moment['at']): Promise<void> {
    if (this.#tools.watch === null) return
    const { name: saga, id: sagaId, direction, round } = this.#saga
    await this.#tools.watch({ saga, sagaId, step: step.name, direction, round, at })
    this.#check()
  }

  #check(): void {
    if (this.#stopped) throw new Gone()
  }

  async #sleepUntil(instant: Instant): Promise<void> {
    const ms = instant - this.#tools.clock.now()
    if (ms <= 0 || this.#shouldStop(this.#saga.next)) return
    if (this.#wake.signal.aborted) this.#wake = new AbortController()
    await this.#tools.clock.sleep(ms, this.#wake.signal).catch((thrown: unknown) => {
      if (thrown instanceof Gone) throw thrown
    })
  }

  /** What was thrown, unless it says that this saga is not ours any more. */
  #asOurs(thrown: unknown): Problem {
    if (thrown instanceof Gone) throw thrown
    if (isProblem(thrown, 'stale') && thrown.details['saga'] === this.#saga.id) throw new Gone()
    return asProblem(thrown)
  }

  async #startOf(step: Step, now: Instant): Promise<Instant> {
    const { id: sagaId, round } = this.#saga
    return await this.#tools.store.read(
      async (reader) =>
        (await log.startOf(reader, { sagaId, step: step.name, direction: 'do', round })) ?? now,
    )
  }

  #shouldStop(index: number): boolean {
    return this.#interrupt !== null && this.#canUnwind(index)
  }

  #canUnwind(index: number): boolean {
    const { pointOfNoReturn } = this.#definition
    return (
      this.#saga.direction !== 'undo' && (pointOfNoReturn === null || index < pointOfNoReturn.at)
    )
  }

  #segmentStart(index: number): number {
    const segment = this.#definition.segments.find(
      ({ from, to }) => index >= from - 1 && index < to,
    )
    assert(segment !== undefined, 'only a segment is rewound', { saga: this.#saga.name, index })
    return segment.from
  }

  #stepAt(index: number): Step {
    const step = this.#definition.steps[index]
    assert(step !== undefined, 'no such step', { saga: this.#saga.name, index })
    return step
  }

  #adopt(change: Partial<SagaRecord>): void {
    this.#saga = { ...this.#saga, ...change }
  }

  #run(): Run {
    const { id: sagaId, name, subject, epoch, round } = this.#saga
    return {
      sagaId,
      name,
      subject,
      epoch,
      round,
      interrupt: this.#interrupt,
      id: (what) => derivedUuid(sagaId, what),
    }
  }

  #base(): { p: unknown; run: Run; now: Instant; tools: K['tools'] } {
    return {
      p: this.#saga.params,
      run: this.#run(),
      now: this.#tools.clock.now(),
      tools: this.#tools.tools,
    }
  }

  #out(): Outs {
    return this.#saga.outputs.steps
  }

  #recording(tx: Tx, outputs: Outputs, now: Instant): Recording<Kit, unknown, Outs> {
    return { ...this.#base(), now, tx, out: outputs.steps, earlier: outputs.earlier }
  }

  #entry(
    step: Step,
    direction: Direction,
    outcome: log.LogOutcome,
    finishedAt: Instant | null,
    failure: Problem | null,
    attempts: number = this.#saga.attempts,
  ): log.LogEntry {
    return {
      sagaId: this.#saga.id,
      step: step.name,
      title: step.title,
      event: step.spec.event,
      direction,
      round: this.#saga.round,
      outcome,
      attempts,
      ...hostOf(step, this.#saga.params, this.#saga.outputs),
      startedAt: this.#tools.clock.now(),
      finishedAt,
      problem: failure?.toRecord() ?? null,
    }
  }
}

// The kind of a step says which of the two its spec is; parameters and outputs are those of its own saga.
function recordSpec(step: Step): AnyStep {
  return step.spec as unknown as AnyStep
}

function hostSpec(step: Step): AnyHostStep {
  return step.spec as unknown as AnyHostStep
}

/** Whom a step calls, for the log. */
function hostOf(step: Step, p: unknown, outputs: Outputs): { readonly host: string | null } {
  return { host: step.kind === 'host' ? hostSpec(step).on({ p, out: outputs.steps }) : null }
}

function ending(definition: SagaDefinition): {
  failed: (c: Recording<Kit, unknown, Outs>, failure: Problem) => Promise<void>
  succeeded?: (c: Recording<Kit, unknown, Outs>) => Promise<void>
} {
  return definition.ending as unknown as ReturnType<typeof ending>
}

function added(outputs: Outputs, step: string, output: unknown): Outputs {
  return output === undefined
    ? outputs
    : { ...outputs, steps: { ...outputs.steps, [step]: output } }
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

function stackOf(failure: Problem): string {
  const { cause } = failure
  return (cause instanceof Error ? cause.stack : undefined) ?? failure.stack ?? failure.message
}
