/**
 * The saga engine: starts sagas, drives those it owns, takes over those whose owner died, and passes on interrupts.
 *
 * Starting is a write in the caller's transaction. Driving begins when the change feed says that the transaction has
 * committed, so there is no moment at which a saga exists and nobody will drive it: either this process hears of it, or its
 * lease runs out and another one finds it.
 */
import { derivedUuid } from '../lib/ids.ts'
import type { Ids } from '../lib/ids.ts'
import { assert, isProblem } from '../lib/problem.ts'
import * as reading from '../store/sagas/reading.ts'
import * as rows from '../store/sagas/rows.ts'
import type { SagaRecord } from '../store/sagas/record.ts'
import type { News } from '../store/changes.ts'
import type { Tx } from '../store/store.ts'
import { backoffMs } from '../lib/retry.ts'
import { Drive } from './drive.ts'
import type { DriveEnd } from './drive-end.ts'
import type { DriveTools } from './ledger.ts'
import type { Kit, Saga, SagaDefinition } from './definition.ts'

export type EngineOptions<K extends Kit> = DriveTools<K> & {
  readonly sagas: readonly SagaDefinition[]
  readonly ids: Ids
  /** How long an owner may be silent before another takes over, in ms. */
  readonly leaseMs: number
  /** Whether the database admits one process only: then whatever another owner held is free at once. */
  readonly alone: boolean
}

/** Started sagas that are remembered until their transactions commit. Most of what is ever forgotten here was rolled back. */
const startedMax = 1000
const takeOverAtOnce = 100
const rereadBackoff = { firstMs: 100, capMs: 5_000 }

export class Engine<K extends Kit> {
  readonly #options: EngineOptions<K>
  readonly #sagas: ReadonlyMap<string, SagaDefinition>
  readonly #owner: string
  readonly #drives = new Map<string, { drive: Drive<K>; done: Promise<void> }>()
  readonly #waiters = new Map<string, (() => void)[]>()
  /** What this process started, as it will be once it has committed: so it need not be read to be driven. */
  readonly #started = new Map<string, SagaRecord>()
  /** How often in a row a saga had to be read again before it could be driven on. */
  readonly #rereads = new Map<string, number>()
  #unsubscribe: () => void = () => {}
  #cancelTimer: () => void = () => {}
  #running = false

  constructor(options: EngineOptions<K>) {
    this.#options = options
    this.#sagas = new Map(options.sagas.map((saga) => [saga.name, saga]))
    assert(this.#sagas.size === options.sagas.length, 'sagas have names of their own')
    this.#owner = options.ids.uuid()
  }

  /** Begins to drive: first what others left, then whatever is started. */
  async open(): Promise<void> {
    this.#running = true
    this.#unsubscribe = this.#options.store.subscribe('saga', (changes) => this.#hear(changes))
    await this.#takeOver(this.#options.alone)
    this.#keepTime()
  }

  /**
   * Starts a saga in the caller's transaction; it is driven once that has committed.
   * @throws `conflict` when another saga owns the subject.
   */
  async start<P>(
    tx: Tx,
    saga: Saga<P>,
    start: { subject: string; params: P; id?: string },
  ): Promise<string> {
    assert(this.#sagas.get(saga.name) === saga, 'a saga must be registered', { saga: saga.name })
    const id = start.id ?? this.#options.ids.uuid()
    const record = await rows.insert(tx, {
      id,
      name: saga.name,
      subject: start.subject,
      params: start.params,
      owner: this.#owner,
      leaseMs: this.#options.leaseMs,
      now: this.#options.clock.now(),
    })
    this.#remember(record)
    return id
  }

  /** The id that a saga started by another saga gets, so that starting it twice is one start. */
  followUpId(sagaId: string, name: string): string {
    return derivedUuid(sagaId, name)
  }

  /** Asks the saga that owns the subject to unwind at its next boundary. Answers whether there is one. */
  async interrupt(tx: Tx, subject: string, reason: string): Promise<boolean> {
    return await rows.interrupt(tx, subject, reason, this.#options.clock.now())
  }

  /** Resolves when the saga has ended, wherever it runs. */
  async settled(id: string): Promise<SagaRecord> {
    for (;;) {
      const ended = new Promise<void>((resolve) => {
        this.#waiters.set(id, [...(this.#waiters.get(id) ?? []), resolve])
      })
      const record = await this.#options.store.read(
        async (reader) => await reading.find(reader, id),
      )
      assert(record !== null, 'no such saga', { id })
      if (!record.active) return record
      await ended
    }
  }

  /** How many sagas this process is driving. */
  get underWay(): number {
    return this.#drives.size
  }

  /** Stops driving, leaving every saga where its record says. Waits for what is in the middle of a write. */
  async close(): Promise<void> {
    this.halt()
    await Promise.allSettled([...this.#drives.values()].map(async ({ done }) => await done))
  }

  /** Stops at once, as a crash would: what was not committed never is. */
  halt(): void {
    this.#running = false
    this.#unsubscribe()
    this.#cancelTimer()
    for (const { drive } of this.#drives.values()) drive.stop()
  }

  #hear(changes: readonly News[]): void {
    for (const { key: id, data } of changes) {
      const driven = this.#drives.get(id)
      if (data['what'] === 'started' && data['owner'] === this.#owner) this.#begin(id)
      if (data['what'] === 'interrupted') driven?.drive.interrupt(reasonIn(data))
      if (data['what'] === 'poked') driven?.drive.poke()
      if (data['what'] === 'ended') this.#release(id)
    }
  }

  #remember(record: SagaRecord): void {
    const [oldest] = this.#started.keys()
    if (this.#started.size >= startedMax && oldest !== undefined) this.#started.delete(oldest)
    this.#started.set(record.id, record)
  }

  #begin(id: string): void {
    const record = this.#started.get(id)
    this.#started.delete(id)
    // Whoever has changed it since has told us so, right behind this, or has raised its epoch.
    if (record === undefined) this.#pickUp(id)
    else this.#drive(record)
  }

  #release(id: string): void {
    for (const resolve of this.#waiters.get(id) ?? []) resolve()
    this.#waiters.delete(id)
  }

  #pickUp(id: string): void {
    this.#options.store
      .read(async (reader) => await reading.find(reader, id))
      .then((record) => {
        if (record?.active === true && record.owner === this.#owner) this.#drive(record)
        else this.#rereads.delete(id)
      })
      .catch((thrown: unknown) => {
        this.#options.log.warn('an operation could not be read', {
          saga: id,
          cause: String(thrown),
        })
        this.#readAgain(id)
      })
  }

  /** Looks later what has become of a saga. Meanwhile its lease may run out and somebody else take it over. */
  #readAgain(id: string): void {
    if (!this.#running) return
    const attempt = (this.#rereads.get(id) ?? 0) + 1
    this.#rereads.set(id, attempt)
    this.#options.clock.after(backoffMs(rereadBackoff, attempt, this.#options.random), () => {
      if (this.#running) this.#pickUp(id)
    })
  }

  #drive(record: SagaRecord): void {
    if (!this.#running || this.#drives.has(record.id)) return
    const definition = this.#sagas.get(record.name)
    if (definition === undefined) {
      this.#options.log.error('an operation of an unknown kind', {
        saga: record.id,
        name: record.name,
      })
      return
    }
    const drive = new Drive<K>(definition, record, this.#options)
    const done = drive.run().then((end) => this.#driven(record.id, drive, end))
    this.#drives.set(record.id, { drive, done })
  }

  #driven(id: string, drive: Drive<K>, end: DriveEnd): void {
    if (this.#drives.get(id)?.drive !== drive) return
    this.#drives.delete(id)
    if (end === 'unsure') this.#readAgain(id)
    else this.#rereads.delete(id)
  }

  #keepTime(): void {
    this.#cancelTimer = this.#options.clock.after(this.#options.leaseMs / 3, () => {
      this.#tick()
        .catch((thrown: unknown) => {
          const level = isProblem(thrown, 'unavailable') ? 'warn' : 'error'
          this.#options.log[level]('leases could not be renewed', { cause: String(thrown) })
        })
        .finally(() => {
          if (this.#running) this.#keepTime()
        })
    })
  }

  async #tick(): Promise<void> {
    if (!this.#running) return
    const { store, leaseMs, clock } = this.#options
    // Only of those that are being driven: what nobody drives must be found by somebody.
    const driven = [...this.#drives.keys()]
    if (driven.length > 0) {
      const by = { owner: this.#owner, leaseMs, now: clock.now() }
      await store.transaction(async (tx) => await rows.renewLeases(tx, driven, by), 'held')
    }
    await this.#takeOver(false)
  }

  async #takeOver(everything: boolean): Promise<void> {
    const { store, leaseMs, clock } = this.#options
    for (;;) {
      const taken = await store.transaction(
        async (tx) =>
          await rows.takeOver(tx, {
            owner: this.#owner,
            leaseMs,
            now: clock.now(),
            everything,
            limit: takeOverAtOnce,
          }),
        'held',
      )
      for (const record of taken) {
        this.#drives.get(record.id)?.drive.stop()
        this.#drives.delete(record.id)
        this.#drive(record)
      }
      if (taken.length < takeOverAtOnce) return
    }
  }
}

/** Why a saga was asked to stop, as `rows.interrupt` wrote it. */
function reasonIn(data: News['data']): string {
  const { reason } = data
  return typeof reason === 'string' ? reason : 'asked to stop'
}
