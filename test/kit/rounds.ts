/** Every round of a scenario: each weather once, and the telling ones struck at every moment. */
import { operations } from '../../src/operations/registry.ts'
import type { Position } from './bench.ts'
import { play } from './round.ts'
import { momentsFor, strikes } from './weather.ts'
import type { Strike, Trail, Weather } from './weather.ts'
import { calm, weathers } from './weathers.ts'

export type Tally = {
  /** Rounds of fair and foul weather. */
  weathers: number
  /** Rounds that were struck at one moment. */
  strikes: number
  readonly failures: { readonly round: string; readonly why: string }[]
}

export function noneYet(): Tally {
  return { weathers: 0, strikes: 0, failures: [] }
}

/**
 * Which of the rounds: one in so many, beginning with one of them. Shares with the same `every` and each other `from` are
 * together all rounds, and no round is in two of them.
 */
export type Share = {
  readonly every: number
  readonly from: number
  /** Where strikes come; in every weather that is worth it, unless said otherwise. */
  readonly strikesIn?: 'fair weather' | 'no weather'
  /** Whether the first round that does not end as promised is the last. */
  readonly untilFailed?: boolean
}

export async function playAll(position: Position, share: Share): Promise<Tally> {
  const { scenario } = position
  const saga = operations.find(({ name }) => name === scenario.operation)
  if (saga === undefined) throw new Error(`there is no operation ${scenario.operation}`)
  const tally = noneYet()
  let turn = 0
  const inShare = (): boolean => {
    turn += 1
    if (share.untilFailed === true && tally.failures.length > 0) return false
    return turn % share.every === share.from % share.every
  }
  const fair = calm(scenario)
  const isStruck = (weather: Weather): boolean =>
    weather.deep &&
    share.strikesIn !== 'no weather' &&
    (share.strikesIn === undefined || weather.name === fair.name)
  const attempt = async (
    weather: Weather,
    strike: Strike | null,
    counts = true,
  ): Promise<Trail | null> => {
    try {
      return (await play(position, weather, strike)).trail
    } catch (thrown) {
      if (counts) tally.failures.push({ round: told(position, weather, strike), why: why(thrown) })
      return null
    }
  }
  // Where a weather can be struck is seen in a round of it, and what weathers there are in the fair one. Such a round counts where
  // it is in the share.
  const begin = async (weather: Weather): Promise<Trail | null> => {
    const counts = inShare()
    if (!counts && !isStruck(weather) && weather !== fair) return null
    if (counts) tally.weathers += 1
    return await attempt(weather, null, counts)
  }
  const strikeAll = async (weather: Weather, trail: Trail | null): Promise<void> => {
    if (trail === null || !isStruck(weather)) return
    for (const strike of strikesOn(position, trail)) {
      if (!inShare()) continue
      tally.strikes += 1
      await attempt(weather, strike)
    }
  }
  const trail = await begin(fair)
  await strikeAll(fair, trail)
  if (trail === null) return tally
  for (const weather of weathers(scenario, saga, trail)) {
    if (share.untilFailed === true && tally.failures.length > 0) break
    await strikeAll(weather, await begin(weather))
  }
  return tally
}

function* strikesOn({ scenario }: Position, trail: Trail): Generator<Strike> {
  for (const kind of strikes) {
    for (const at of momentsFor(kind, trail)) {
      if (kind !== 'delete, and a host is gone for good') yield { kind, at }
      else {
        for (const plan of scenario.hosts) {
          yield { kind, at, host: typeof plan === 'string' ? plan : plan.name }
        }
      }
    }
  }
}

function told({ scenario }: Position, weather: Weather, strike: Strike | null): string {
  const { name } = scenario
  if (strike === null) return `${name}: ${weather.name}`
  const host = strike.host === undefined ? '' : ` (${strike.host})`
  return `${name}: ${weather.name}; ${strike.kind}${host} at moment ${strike.at}`
}

function why(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
