/**
 * How an operation is written down: a static list of steps, each with its undo beside it.
 *
 * Because the list is there before anything runs, every step of every operation can be failed, repeated, crashed and drawn
 * without knowing what it does. There are two kinds of step. A record step makes its effect and its log entry in one
 * transaction. A host step calls somebody outside: it logs that it started, calls, and logs the outcome together with
 * whatever that changes.
 */
import type { Instant } from '../lib/clock.ts'
import type { Problem } from '../lib/problem.ts'
import { assert } from '../lib/problem.ts'
import type { Tx } from '../store/store.ts'
import type { Nothing } from './nothing.ts'

/** What an engine brings to every step: `tools` are the caller's own, `shows` is what it can show to users. */
export type Kit = { readonly tools: unknown; readonly shows: unknown }

/** Which run of which operation this is. */
export type Run = {
  readonly sagaId: string
  readonly name: string
  readonly subject: string
  readonly epoch: number
  /** Counts from 1 how often the attempted part began. */
  readonly round: number
  readonly startedAt: Instant
  /** Why it was asked to stop, or null. */
  readonly interrupt: string | null
  /** The same id every time for the same name: what a step makes, it makes once. */
  id(name: string): string
}

type Base<K extends Kit, P> = {
  readonly p: P
  readonly run: Run
  readonly now: Instant
  readonly tools: K['tools']
}

/** What a record step gets. `out` holds what earlier steps returned. */
export type Recording<K extends Kit, P, O> = Base<K, P> & {
  readonly tx: Tx
  readonly out: O
  /** What the steps of earlier rounds returned, oldest first. */
  readonly earlier: readonly Readonly<Record<string, unknown>>[]
}

/** What a host step gets: the same without a transaction, and what a call must carry. */
export type Calling<K extends Kit, P, O> = Base<K, P> & {
  readonly out: O
  readonly call: CallTicket
}

/** What makes a repeated call one effect and a late one none. */
export type CallTicket = {
  readonly key: string
  readonly operation: string
  readonly subject: string
  readonly epoch: number
  readonly signal: AbortSignal
  readonly deadlineMs: number
}

type Common<K extends Kit> = {
  /** The name of the event in the field's words; several steps may share one. */
  readonly event: string
  /** What users see from the moment this step begins. */
  readonly shows?: K['shows']
  /** How long failures of kind `unavailable` are tried again before they count, in ms. */
  readonly patienceMs?: number
}

export type RecordStep<K extends Kit, P, O, R> = Common<K> & {
  readonly do: (c: Recording<K, P, O>) => Promise<R>
  /** Makes it so that this is not. Runs for every step that began, even when `do` failed half-way. */
  readonly undo: Nothing | ((c: Recording<K, P, Partial<O>>) => Promise<void>)
}

export type HostStep<K extends Kit, P, O, R> = Common<K> & {
  /** The host that is called, for the log. */
  readonly on: (c: { readonly p: P; readonly out: Partial<O> }) => string | null
  readonly do: (c: Calling<K, P, O>) => Promise<R>
  /** What the outcome changes in our records, in the transaction that logs it. */
  readonly then?: (c: Recording<K, P, O>, result: R) => Promise<void>
  readonly undo: Nothing | ((c: Calling<K, P, Partial<O>>) => Promise<void>)
  /**
   * What settles the saga when undoing this does not succeed either: the host gives no answer, or refuses again and again. In one
   * transaction that ends the saga; the problem is what it failed for in the first place. Without it undoing is tried for ever.
   */
  readonly stranded?: {
    readonly title: string
    readonly do: (c: Recording<K, P, Partial<O>>, problem: Problem) => Promise<void>
  }
  /** How long one call may take, in ms. */
  readonly deadlineMs?: number
  /** Final failures that the saga can live with: it goes on with `as` for a result. */
  readonly tolerate?: { readonly when: (failure: Problem) => boolean; readonly as: R }
}

/** A step as the engine sees it: its types are only known where it was written. */
export type Step = {
  readonly kind: 'record' | 'host'
  readonly name: string
  readonly title: string
  readonly spec: RecordStep<Kit, never, never, unknown> | HostStep<Kit, never, never, unknown>
}

/** A part that may begin anew, elsewhere, when it fails in a certain way. */
export type Segment = {
  readonly from: number
  readonly to: number
  readonly roundsMax: (p: never) => number
  readonly again: (problem: Problem) => boolean
}

/** From here on a failure does not unwind, if `when` says so; instead `do` settles it in one transaction. */
export type Settlement = {
  readonly after: number
  readonly name: string
  readonly title: string
  readonly when: (p: never) => boolean
  readonly do: (c: Recording<Kit, never, never>, problem: Problem) => Promise<void>
}

export type Ending<K extends Kit, P, O> = {
  /** What failure leaves, after everything was undone, in the transaction that ends the saga. */
  readonly failed: (c: Recording<K, P, Partial<O>>, problem: Problem) => Promise<void>
  /** Likewise after success, for what must come after the subject is free. */
  readonly succeeded?: (c: Recording<K, P, O>) => Promise<void>
}

export type SagaDefinition = {
  readonly name: string
  readonly steps: readonly Step[]
  readonly segments: readonly Segment[]
  readonly settlements: readonly Settlement[]
  /** Steps from this index on are not undone; they are tried until done. Null when everything can be undone. */
  readonly pointOfNoReturn: { readonly at: number; readonly why: string } | null
  readonly ending: Ending<Kit, never, never>
}

/** A definition that remembers the type of its parameters. */
export type Saga<P> = SagaDefinition & { readonly params?: (p: P) => void }

type Named<N extends string, R> = { readonly [K in N]: R }

/** Writes a saga down, step by step. `O` grows by the output of every step. */
export class SagaBuilder<K extends Kit, P, O> {
  readonly #name: string
  readonly #steps: Step[] = []
  readonly #segments: Segment[] = []
  readonly #settlements: Settlement[] = []
  #pointOfNoReturn: SagaDefinition['pointOfNoReturn'] = null

  constructor(name: string) {
    this.#name = name
  }

  /** A step in the database. The title completes the sentence "this step will …" with a capital letter. */
  step<N extends string, R>(
    name: N,
    title: string,
    spec: RecordStep<K, P, O, R>,
  ): SagaBuilder<K, P, O & Named<N, R>> {
    return this.#add<N, R>({ kind: 'record', name, title, spec: erased(spec) })
  }

  /** A step on a host. */
  hostStep<N extends string, R>(
    name: N,
    title: string,
    spec: HostStep<K, P, O, R>,
  ): SagaBuilder<K, P, O & Named<N, R>> {
    return this.#add<N, R>({ kind: 'host', name, title, spec: erased(spec) })
  }

  /** The steps that `part` adds may begin anew when one of them fails with a problem for which `again` is true. */
  attempts<O2>(
    options: {
      readonly roundsMax: (p: P) => number
      readonly again: (problem: Problem) => boolean
    },
    part: (b: SagaBuilder<K, P, O>) => SagaBuilder<K, P, O2>,
  ): SagaBuilder<K, P, O2> {
    const from = this.#steps.length
    assert(!this.#segments.some(({ to }) => to === from), 'a step lies between two such parts', {
      saga: this.#name,
    })
    const after = part(this)
    this.#segments.push({
      from,
      to: this.#steps.length,
      ...erased<typeof options, Pick<Segment, 'again' | 'roundsMax'>>(options),
    })
    return after
  }

  /** Nothing after this is undone: the reason why is for the reader and the documentation. */
  pointOfNoReturn(why: string): this {
    assert(this.#pointOfNoReturn === null, 'a saga has one point of no return', {
      saga: this.#name,
    })
    this.#pointOfNoReturn = { at: this.#steps.length, why }
    return this
  }

  /** From here on, when `when` holds, a failure is settled by this instead of being unwound. */
  settle(
    name: string,
    title: string,
    spec: {
      readonly when: (p: P) => boolean
      readonly do: (c: Recording<K, P, Partial<O>>, problem: Problem) => Promise<void>
    },
  ): this {
    this.#settlements.push({
      after: this.#steps.length,
      name,
      title,
      ...erased<typeof spec, Pick<Settlement, 'do' | 'when'>>(spec),
    })
    return this
  }

  end(ending: Ending<K, P, O>): Saga<P> {
    return {
      name: this.#name,
      steps: this.#steps,
      segments: this.#segments,
      settlements: this.#settlements,
      pointOfNoReturn: this.#pointOfNoReturn,
      ending: erased(ending),
    }
  }

  #add<N extends string, R>(step: Step): SagaBuilder<K, P, O & Named<N, R>> {
    assert(!this.#steps.some(({ name }) => name === step.name), 'steps have names of their own', {
      step: step.name,
    })
    this.#steps.push(step)
    // The same builder, which from here on knows one output more.
    return this
  }
}

/**
 * Forgets the types of parameters and outputs. The engine hands every step what the saga was started with and what its own
 * steps returned, so what a step gets is what it was written for.
 */
function erased<A, B>(spec: A): B {
  return spec as unknown as B
}
