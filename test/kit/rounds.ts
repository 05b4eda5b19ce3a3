/** Every round of a scenario: each weather once, and the telling ones struck at every moment. */
import { operations } from '../../src/operations/registry.ts'
import type { Position } from './bench.ts'
import { play } from './round.ts'
import { momentsFor, strikes } from './weather.ts'
import type { Strike, Trail, Weather } from './weather.ts'
import { calm, weathers } from './weathers.ts'

export type Tally = {
  rounds: number
  readonly failures: { readonly round: string; readonly why: string }[]
}

/** Which of the rounds: every n-th, beginning with one of them, so that all are played sooner or later. */
export type Share = { readonly every: number; readonly from: number }

export async function playAll(position: Position, tally: Tally, share: Share): Promise<void> {
  const { scenario } = position
  const saga = operations.find(({ name }) => name === scenario.operation)
  if (saga === undefined) throw new Error(`there is no operation ${scenario.operation}`)
  let turn = share.from
  const inShare = (): boolean => {
    turn += 1
    return turn % share.every === 0
  }
  const attempt = async (weather: Weather, strike: Strike | null): Promise<Trail | null> => {
    tally.rounds += 1
    try {
      return (await play(position, weather, strike)).trail
    } catch (thrown) {
      tally.failures.push({ round: told(position, weather, strike), why: why(thrown) })
      return null
    }
  }
  const first = calm(scenario)
  const trail = await attempt(first, null)
  if (trail === null) return
  const all = [first, ...weathers(scenario, saga, trail)]
  for (const weather of all) {
    if (weather !== first && !weather.deep && !inShare()) continue
    const own = weather === first ? trail : await attempt(weather, null)
    if (own === null || !weather.deep) continue
    for (const strike of strikesOn(position, own)) if (inShare()) await attempt(weather, strike)
  }
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
  const struck = strike === null ? '' : `; ${strike.kind} (${strike.host ?? ''}) at ${strike.at}`
  return `${scenario.name}: ${weather.name}${struck}`
}

function why(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
}
