/**
 * The record of one saga as its driver knows it, and the only way in which the driver writes.
 *
 * The record is read once; from then on this is its only writer, because every write names the epoch and is refused when
 * another owner has raised it. What a transaction made true is adopted after its commit. A commit that gave no answer leaves
 * the driver unsure of what is true: then it writes nothing more, and the record is read again.
 */
import type { Clock, Instant } from '../lib/clock.ts'
import { derivedUuid } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { asProblem, assert, isProblem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import type { Random } from '../lib/random.ts'
import * as log from '../store/sagas/log.ts'
import * as rows from '../store/sagas/rows.ts'
import type { Direction, Outputs, SagaRecord } from '../store/sagas/record.ts'
import type { Store, Tx } from '../store/store.ts'
import type { Kit, Recording, Run, SagaDefinition, Step } from './definition.ts'
import type { Moment, Watch } from './moment.ts'
import { hostSpec } from './specs.ts'

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
  /**
   * A saga that was asked to stop cannot undo what it did on that host: whether it may go on without, with what follows from
   * that in the same transaction.
   */
  readonly abandon: (tx: Tx, run: Run, host: string, now: Instant) => Promise<boolean>
  readonly watch: Watch | null
}

export type Outs = Readonly<Record<string, unknown>>

/** Thrown through a drive whose engine was stopped or which has lost its saga to another owner. */
export class Gone extends Error {}

/** Thrown through a drive that does not know whether its last commit came true. */
export class Unsure extends Error {}

export class Ledger<K extends Kit> {
  readonly definition: SagaDefinition
  readonly tools: DriveTools<K>
  /** Since when this driver tries: time in which nobody drove, or a step waited for others, is not counted as trying. */
  #since: Instant
  #waits = false
  #saga: SagaRecord
  #interrupt: string | null
  #stopped = false

  constructor(definition: SagaDefinition, saga: SagaRecord, tools: DriveTools<K>) {
    this.definition = definition
    this.tools = tools
    this.#since = tools.clock.now()
    this.#saga = saga
    this.#interrupt = saga.interrupt
  }

  get saga(): SagaRecord {
    return this.#saga
  }

  /** Why it was asked to stop, or null. */
  get interrupt(): string | null {
    return this.#interrupt
  }

  noteInterrupt(reason: string | null): void {
    this.#interrupt ??= reason
  }

  /** What a commit has made true. */
  adopt(change: Partial<SagaRecord>): void {
    this.#saga = { ...this.#saga, ...change }
  }

  waitsForOthers(): void {
    this.#waits = true
  }

  /** What a step tries when it has waited for others has not been tried before. @throws Gone when it was stopped. */
  goesOn(): void {
    this.check()
    if (this.#waits) this.#since = this.tools.clock.now()
    this.#waits = false
  }

  stop(): void {
    this.#stopped = true
  }

  /** @throws Gone when it was stopped. */
  check(): void {
    if (this.#stopped) throw new Gone()
  }

  /**
   * Runs the work in one transaction.
   * @throws what the work throws; then nothing of it is true. `Unsure` when there is no telling.
   */
  async transaction<T>(step: Step, work: (tx: Tx) => Promise<T>): Promise<T> {
    let refused: unknown = null
    try {
      await this.watch(step, 'before-commit')
      this.check()
      const value = await this.tools.store.transaction(async (tx) => {
        try {
          return await work(tx)
        } catch (thrown) {
          refused = thrown
          throw thrown
        }
      }, 'held')
      this.check()
      await this.watch(step, 'after-commit')
      return value
    } catch (thrown) {
      if (thrown instanceof Gone) throw thrown
      if (thrown === refused) throw this.ours(thrown)
      throw new Unsure('no answer from the database', { cause: thrown })
    }
  }

  /** Holds the record, and learns whether it was asked to stop meanwhile. */
  async hold(tx: Tx): Promise<void> {
    this.noteInterrupt((await rows.hold(tx, this.#saga)).interrupt)
  }

  /** What was thrown, unless it says that this saga is not ours any more. */
  ours(thrown: unknown): unknown {
    const lost = isProblem(thrown, 'stale') && thrown.details['saga'] === this.#saga.id
    return lost ? new Gone() : thrown
  }

  /** What was thrown by a step, as a problem. What concerns the drive itself passes through. */
  asProblem(thrown: unknown): Problem {
    const ours = this.ours(thrown)
    if (ours instanceof Gone || ours instanceof Unsure) throw ours
    return asProblem(ours)
  }

  async watch(step: Step, at: Moment['at']): Promise<void> {
    if (this.tools.watch === null) return
    const { name: saga, id: sagaId, direction, round } = this.#saga
    await this.tools.watch({ saga, sagaId, step: step.name, direction, round, at })
    this.check()
  }

  /** How long the step has been tried in this direction, in ms. */
  async waitedMs(step: Step, direction: Direction, now: Instant): Promise<number> {
    const begun = await this.begunAt(step, direction)
    return begun === null ? 0 : now - Math.max(begun, this.#since)
  }

  /** When the step began in this direction and round, or null when it has not. */
  async begunAt(step: Step, direction: Direction): Promise<Instant | null> {
    const { id: sagaId, round } = this.#saga
    return await this.tools.store.read(
      async (reader) => await log.startOf(reader, { sagaId, step: step.name, direction, round }),
    )
  }

  stepAt(index: number): Step {
    const step = this.definition.steps[index]
    assert(step !== undefined, 'no such step', { saga: this.#saga.name, index })
    return step
  }

  run(): Run {
    const { id: sagaId, name, subject, epoch, round, startedAt } = this.#saga
    return {
      sagaId,
      name,
      subject,
      epoch,
      round,
      startedAt,
      interrupt: this.#interrupt,
      id: (what) => derivedUuid(sagaId, what),
    }
  }

  base(): { p: unknown; run: Run; now: Instant; tools: K['tools'] } {
    return {
      p: this.#saga.params,
      run: this.run(),
      now: this.tools.clock.now(),
      tools: this.tools.tools,
    }
  }

  recording(tx: Tx, outputs: Outputs, now: Instant): Recording<Kit, unknown, Outs> {
    return { ...this.base(), now, tx, out: outputs.steps, earlier: outputs.earlier }
  }

  entry(
    step: Step,
    direction: Direction,
    outcome: log.LogOutcome,
    given: {
      readonly finishedAt?: Instant
      readonly problem?: Problem | null
      readonly attempts?: number
      readonly outputs?: Outputs
    } = {},
  ): log.LogEntry {
    const { id: sagaId, round, params } = this.#saga
    const out = (given.outputs ?? this.#saga.outputs).steps
    return {
      sagaId,
      step: step.name,
      title: step.title,
      event: step.spec.event,
      direction,
      round,
      outcome,
      attempts: given.attempts ?? this.#saga.attempts,
      host: step.kind === 'host' ? hostSpec(step).on({ p: params, out }) : null,
      // What one transaction does begins and ends at once; the start of what takes longer has been written before.
      startedAt: given.finishedAt ?? this.tools.clock.now(),
      finishedAt: given.finishedAt ?? null,
      problem: given.problem?.toRecord() ?? null,
    }
  }
}
