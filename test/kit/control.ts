/** What strikes in a round, and when; and what must be done so that the round can go on after it. */
import assert from 'node:assert/strict'
import * as deleting from '../../src/app/servers/delete.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { problem } from '../../src/lib/problem.ts'
import type { Moment } from '../../src/saga/moment.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { sketch, theServer } from './bench.ts'
import type { Bench } from './bench.ts'
import type { Strike, Weather } from './weather.ts'

export class Control {
  struck = false
  readonly #weather: Weather
  readonly #strike: Strike | null
  #refusals = 0
  #crashes = 0
  /** The control plane is dead and must be started again. */
  #dead = false
  /** Lets the control plane that was taken over from go on. */
  #resume: (() => void) | null = null

  constructor(weather: Weather, strike: Strike | null) {
    this.#weather = weather
    this.#strike = strike
  }

  /** Whether a delete was asked for on the way. */
  get deleted(): boolean {
    return this.struck && this.#strike?.kind.startsWith('delete') === true
  }

  async at(bench: Bench, moment: Moment, index: number): Promise<void> {
    this.#refuse(moment)
    const strike = this.#strike
    if (strike === null || index < strike.at) return
    if (strike.kind === 'crash thrice' && this.struck && this.#crashes < 3) {
      return this.#crash(bench)
    }
    if (this.struck || index !== strike.at) return
    await this.#hit(bench, moment, strike)
  }

  /** From here on nothing is refused. */
  heal(): void {
    this.#refusals = Infinity
  }

  /** Whether something happened that the round was waiting for without waiting for time. */
  async goesOn({ cloud, clock }: Bench): Promise<boolean> {
    if (this.#dead) {
      this.#dead = false
      // Leases on PostgreSQL go by its own time, which is not that of the round.
      await cloud.start(true)
      return true
    }
    if (this.#resume === null) return false
    const server = await theServer(cloud)
    const active = await cloud.underWay()
    if (active.some(({ subject }) => subject === `server/${server}`)) return false
    const before = await sketch(cloud, server)
    this.#resume()
    this.#resume = null
    await clock.settle()
    assert.equal(await sketch(cloud, server), before, 'a late owner changed something')
    return true
  }

  #refuse({ step, direction, at }: Moment): void {
    const { refusal } = this.#weather
    if (refusal === null || at !== 'in-commit' || this.#refusals >= refusal.times) return
    if (refusal.step !== step || direction !== 'do') return
    this.#refusals += 1
    throw problem(refusal.kind, 'The kit refuses this step')
  }

  #crash({ cloud }: Bench): void {
    this.#crashes += 1
    this.#dead = true
    cloud.crash()
  }

  async #hit(bench: Bench, moment: Moment, { kind, host }: Strike): Promise<void> {
    const { cloud } = bench
    this.struck = true
    switch (kind) {
      case 'crash':
      case 'crash thrice':
        return this.#crash(bench)
      case 'delete':
        return await removeForGood(bench)
      case 'delete, and a host is gone for good':
        // A name of the scenario.
        cloud.hosts.crash(host as HostName)
        return await removeForGood(bench)
      case 'take-over': {
        const resumed = new Promise<void>((resolve) => {
          this.#resume = resolve
        })
        await cloud.another(null, true)
        return await resumed
      }
      case 'an undo is refused':
        throw problem('failed', 'The kit refuses this undo')
      case 'no answer before the commit':
      case 'no answer after the commit':
        throw problem('unavailable', 'The database gives no answer', { step: moment.step })
    }
  }
}

/** Also where a delete could be taken back. */
export async function removeForGood({ cloud }: Bench): Promise<void> {
  const { ctx } = cloud.cloud
  const how = ctx.settings.reclaimAfterMs > 0 ? 'forceDelete' : 'delete'
  await deleting.remove(ctx, tenant, cloud.request(), await theServer(cloud), how)
}
