/**
 * Moves of servers that have a volume. It goes where the server goes, and stays where it stays: what is told of it follows from
 * the end that the move itself promises, so each of these promises its volume's end too.
 */
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { attach, volume, volumesTold } from '../../support/volumes.ts'
import { theServer } from '../bench.ts'
import type { Ends, Failing, Scenario } from '../scenario.ts'
import { coldMoveScenarios } from './cold-moves.ts'

/** With nothing of their own to tell, from positions in which a volume can be attached. */
const moves: ReadonlySet<string> = new Set([
  'resize, leaving what fails',
  'resize, rolling back what fails',
  'resize where the source is the destination',
  'cold migration to a named host',
  'confirm',
  'revert',
  'revert of a stopped server',
])

export const carriedVolumeScenarios: readonly Scenario[] = coldMoveScenarios
  .filter(({ name }) => moves.has(name))
  .map(carrying)

function carrying(scenario: Scenario): Scenario {
  const { doneElsewhere, fails, refused } = scenario
  return {
    ...scenario,
    name: `${scenario.name}, with a volume`,
    prepare: async (cloud) => {
      await scenario.prepare(cloud)
      await attach(cloud, await theServer(cloud), await volume(cloud))
      await cloud.settled()
    },
    tells: async (cloud: FakeCloud) => (await volumesTold(cloud)).join(' | '),
    done: withVolume(scenario.done),
    ...(doneElsewhere === undefined ? {} : { doneElsewhere: withVolume(doneElsewhere) }),
    fails: mapped(fails, failing),
    refused: mapped(refused, ends),
    toldWhenGone: ['available'],
  }
}

/** `ACTIVE on host1, …; …; running on host1` and what then is to be told of the volume. */
function withVolume(end: string): string {
  const host = / on (\w+), \d+ cores/.exec(end)?.[1] ?? null
  if (host === null) return `${end}; available`
  const guests = (end.split('; ').at(-1) ?? '')
    .split(' and ')
    .filter((body) => !/^(?:source-copy|incoming|remains|no body)/.test(body))
    .map((body) => body.split(' on ').at(-1))
  const having = guests.length === 0 ? '' : `, in the guest on ${guests.join(' and ')}`
  return `${end}; ${host === 'null' ? 'reserved' : `in-use on ${host}`}${having}`
}

function ends(of: Ends): Ends {
  return of.map(withVolume)
}

function failing(of: Ends | Failing): Ends | Failing {
  if (isEnds(of)) return ends(of)
  const { named, ...blows } = of
  return { ...mapped(blows, ends), ...(named === undefined ? {} : { named: mapped(named, ends) }) }
}

function isEnds(of: Ends | Failing): of is Ends {
  return Array.isArray(of)
}

function mapped<T, R>(
  record: Readonly<Record<string, T>>,
  make: (each: T) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, each]) => [name, make(each)]))
}
