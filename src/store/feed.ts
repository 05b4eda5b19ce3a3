/**
 * Follows a change feed that other processes write to as well, for whoever subscribed in this one.
 *
 * A poke says that there may be something new; the feed then reads what lies behind its position and hands it out in order.
 */
import type { Log } from '../lib/log.ts'
import * as changes from './changes.ts'
import type { Reader } from './store.ts'
import type { Subscribers } from './subscribers.ts'

type Read = <T>(work: (reader: Reader) => Promise<T>) => Promise<T>

export class Feed {
  readonly #read: Read
  readonly #subscribers: Subscribers
  readonly #log: Log
  #position: string | null = null
  #delivering: Promise<void> | null = null
  #poked = false
  #closed = false

  constructor(read: Read, subscribers: Subscribers, log: Log) {
    this.#read = read
    this.#subscribers = subscribers
    this.#log = log
  }

  /** Starts following from what is newest now. Earlier changes are not delivered. */
  async start(): Promise<void> {
    this.#position = await this.#read(changes.newestPosition)
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

  async close(): Promise<void> {
    this.#closed = true
    await this.#delivering
  }

  async #deliver(): Promise<void> {
    while (this.#poked && !this.#closed) {
      this.#poked = false
      try {
        await this.#deliverPage()
      } catch (thrown) {
        // The next poke reads the same page again.
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
    this.#subscribers.tell(page)
  }
}
