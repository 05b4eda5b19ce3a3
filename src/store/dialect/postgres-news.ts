/**
 * Telling other processes that there is something new, and hearing it from them.
 *
 * A notification says no more than that there is something: what it is is read from the change feed. They are sent after the commit, one
 * at a time, so that many commits in a short while are one of them. Because one may be lost, everybody also looks by themselves
 * now and then.
 */
import pg from 'pg'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'

/** How often to look without having been told: a notification can also come before its change is past the horizon. */
const lookMs = 50

/** How long after one notification the next is sent at the earliest: what is committed meanwhile is told of by one. */
const restMs = 3

export type NewsOptions = {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
}

export class PostgresNews {
  readonly #options: NewsOptions
  readonly #heard: () => void
  #client: pg.Client | null = null
  #telling: Promise<void> | null = null
  #untold = false
  #stopLooking: () => void = () => {}
  #closed = false

  constructor(options: NewsOptions, heard: () => void) {
    this.#options = options
    this.#heard = heard
  }

  async open(): Promise<void> {
    await this.#listen()
    this.#lookNowAndThen()
  }

  /** Says that something was committed. Nobody waits for it. */
  tell(): void {
    this.#untold = true
    this.#telling ??= this.#tellOthers().finally(() => {
      this.#telling = null
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopLooking()
    await this.#telling
    await this.#client?.end()
  }

  async #tellOthers(): Promise<void> {
    while (this.#untold && this.#client !== null) {
      this.#untold = false
      try {
        await this.#client.query('notify berth_changes')
      } catch (thrown) {
        this.#options.log.debug('others were not told', { cause: String(thrown) })
      }
      if (!this.#closed) await this.#options.clock.sleep(restMs)
    }
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.url })
    client.on('error', (thrown) => {
      this.#options.log.warn('notifications lost', { cause: thrown.message })
      this.#client = null
    })
    await client.connect()
    const { rows } = await client.query<{ own: number }>('select pg_backend_pid() as own')
    // What this process has committed it has looked at by then.
    client.on('notification', ({ processId }) => {
      if (processId !== rows[0]?.own) this.#heard()
    })
    await client.query('listen berth_changes')
    this.#client = client
  }

  #lookNowAndThen(): void {
    this.#stopLooking = this.#options.clock.after(lookMs, () => {
      if (this.#closed) return
      this.#heard()
      if (this.#client === null) {
        this.#listen().catch((thrown: unknown) =>
          this.#options.log.debug('still no notifications', { cause: String(thrown) }),
        )
      }
      this.#lookNowAndThen()
    })
  }
}
