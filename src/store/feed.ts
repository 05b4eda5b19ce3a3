/**
 * Delivers committed changes to whoever subscribed in this process.
 *
 * A poke says that there may be something new; the feed then reads what lies behind its position and hands it out in order.
 * A listener that throws is logged and does not stop the others: it missed nothing, since it may read the state itself.
 */
import type { Log } from '../lib/log.ts'
import * as changes from './changes.ts'
import type { Change, Topic } from './changes.ts'
import type { Reader } from './store.ts'

type Read = <T>(work: (reader: Reader) => Promise<T>) => Promise<T>
type Listener = (changes: readonly Change[]) => void

export class Feed {
  readonly #read: Read
  readonly #log: Log
  readonly #listeners = new Map<Topic, Set<Listener>>()
  #position: string | null = null
  #delivering: Promise<void> | null = null
  #poked = false
  #failed = false
  #closed = false

  constructor(read: Read, log: Log) {
    this.#read = read
    this.#log = log
  }

  /** Starts following from what is newest now. Earlier changes are not delivered. */
  async start(): Promise<void> {
    this.#position = await this.#read(changes.newestPosition)
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** Says that there may be something new. Cheap: pokes during a delivery are one. */
  poke(): void {
    this.#poked = true
    if (this.#closed || this.#position === null) return
    this.#delivering ??= this.#deliver()
  }

  /** How far it has come. */
  get position(): string {
    return this.#position ?? '0.0'
  }

  /** Waits until what can be delivered now has been. */
  async settled(): Promise<void> {
    this.poke()
    await this.#delivering
  }

  /** The same where each commit pokes: there is nothing new without one, and nothing is read to see that. */
  async caughtUp(): Promise<void> {
    if (this.#failed) this.poke()
    await this.#delivering
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#delivering
  }

  async #deliver(): Promise<void> {
    while (this.#poked && !this.#closed) {
      this.#poked = false
      try {
        await this.#deliverPage()
        this.#failed = false
      } catch (thrown) {
        // The next poke reads the same page again.
        this.#failed = true
        this.#log.warn('change feed could not be read', { cause: String(thrown) })
      }
    }
    // At once: a poke that comes after the last look begins another delivery.
    this.#delivering = null
  }

  async #deliverPage(): Promise<void> {
    const page = await this.#read((reader) => changes.after(reader, this.#position))
    const last = page.at(-1)
    if (last === undefined) return
    this.#position = last.position
    if (page.length === changes.pageSize) this.#poked = true
    for (const [topic, listeners] of this.#listeners) {
      const about = page.filter((change) => change.topic === topic)
      if (about.length > 0) for (const listener of listeners) this.#tell(listener, about)
    }
  }

  #tell(listener: Listener, page: readonly Change[]): void {
    try {
      listener(page)
    } catch (thrown) {
      this.#log.error('a listener of the change feed failed', { cause: String(thrown) })
    }
  }
}
