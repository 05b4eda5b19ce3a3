/**
 * Who wants to be told of committed changes in this process.
 *
 * A listener that throws is logged and does not stop the others: it missed nothing, since it may read the state itself.
 */
import type { Log } from '../lib/log.ts'
import type { News, Topic } from './changes.ts'

export type Listener = (news: readonly News[]) => void

export class Subscribers {
  readonly #log: Log
  readonly #listeners = new Map<Topic, Set<Listener>>()

  constructor(log: Log) {
    this.#log = log
  }

  subscribe(topic: Topic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** Tells everybody what is about their topic, in order. */
  tell(news: readonly News[]): void {
    for (const [topic, listeners] of this.#listeners) {
      const about = news.filter((each) => each.topic === topic)
      if (about.length > 0) for (const listener of listeners) this.#tell(listener, about)
    }
  }

  #tell(listener: Listener, news: readonly News[]): void {
    try {
      listener(news)
    } catch (thrown) {
      this.#log.error('a listener of the change feed failed', { cause: String(thrown) })
    }
  }
}
