/** The live moves that are under way on one host, so that they can be hurried or called off. */
import type { ServerId } from '../../domain/ids.ts'
import type { Clock } from '../../lib/clock.ts'
import { driverProblem } from '../exceptions.ts'

type Ending = 'hurried' | 'called-off'

export class Transfers {
  readonly #clock: Clock
  readonly #underWay = new Map<ServerId, (how: Ending) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Lasts until the memory is over: that long, or until somebody hurries it. Raises when it is called off. */
  async last(server: ServerId, ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const giveUp = (): void => stop.abort(signal.reason)
    let ending: Ending | null = null
    signal.addEventListener('abort', giveUp, { once: true })
    this.#underWay.set(server, (how) => {
      ending = how
      stop.abort()
    })
    try {
      await this.#clock.sleep(ms, stop.signal)
    } catch (thrown) {
      if (ending === 'called-off') throw driverProblem('LiveMigrationAborted', { server })
      if (ending === null) throw thrown
    } finally {
      this.#underWay.delete(server)
      signal.removeEventListener('abort', giveUp)
    }
  }

  end(server: ServerId | null, how: Ending): void {
    if (server !== null) this.#underWay.get(server)?.(how)
  }
}
