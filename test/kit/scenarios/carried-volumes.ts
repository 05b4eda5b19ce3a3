/**
 * Moves of servers that have a volume, and builds of some that get several. It goes where the server goes, and stays where it stays: what is told of it follows from
 * the end that the operation itself promises, so each of these promises its volumes' end too.
 */
import type { FakeCloud } from '../../support/fake-cloud.ts'
import {
  attach,
  blankDisk,
  bootable,
  volume,
  volumeIds,
  volumesTold,
} from '../../support/volumes.ts'
import { theServer } from '../bench.ts'
import type { Ends, Failing, Scenario } from '../scenario.ts'
import { coldMoveScenarios } from './cold-moves.ts'
import { lifeScenarios } from './life.ts'
import { small } from './positions.ts'

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

export const carriedVolumeScenarios: readonly Scenario[] = [
  ...coldMoveScenarios.filter(({ name }) => moves.has(name)).map(carrying),
  ...lifeScenarios.filter(({ operation }) => operation === 'server.build').map(booting),
]

function carrying(scenario: Scenario): Scenario {
  return {
    ...retold(scenario, (end) => [`${end}; ${oneIn(end)}`]),
    name: `${scenario.name}, with a volume`,
    prepare: async (cloud) => {
      await scenario.prepare(cloud)
      await attach(cloud, await theServer(cloud), await volume(cloud))
      await cloud.settled()
    },
    toldWhenGone: ['available'],
  }
}

/** Boots from a volume that is there, and gets two that are not: one that goes with it, and one that stays. */
function booting(scenario: Scenario): Scenario {
  const ends = (end: string): Ends => {
    const one = oneIn(end)
    // What would have gone with the server has gone; what stays was made, or had not been yet.
    if (one === 'reserved') return [`${end}; reserved | reserved`, `${end}; reserved`]
    return [`${end}; ${one} | ${one} | ${one}`]
  }
  return {
    ...retold(scenario, ends),
    name: `${scenario.name}, from a volume`,
    prepare: async (cloud) => {
      await scenario.prepare(cloud)
      await bootable(cloud)
    },
    ask: async (cloud) => {
      const [root = null] = await volumeIds(cloud)
      const from = { source: 'volume', id: root, sizeGb: null, bootIndex: 0 } as const
      const disks = [from, { deleteOnTermination: true }, {}]
      await cloud.create(small, { disks: disks.map((each) => ({ ...blankDisk, ...each })) })
    },
    toldWhenGone: ['available', 'available | available'],
  }
}

/** What is to be told of a volume after `ACTIVE on host1, …; …; running on host1`. */
function oneIn(end: string): string {
  const host = / on (\w+), \d+ cores/.exec(end)?.[1] ?? null
  if (host === null) return 'available'
  const guests = (end.split('; ').at(-1) ?? '')
    .split(' and ')
    .filter((body) => !/^(?:source-copy|incoming|remains|no body)/.test(body))
    .map((body) => body.split(' on ').at(-1))
  const having = guests.length === 0 ? '' : `, in the guest on ${guests.join(' and ')}`
  return `${host === 'null' ? 'reserved' : `in-use on ${host}`}${having}`
}

/** The scenario with more to tell of each of its ends. */
function retold(scenario: Scenario, more: (end: string) => Ends): Scenario {
  const { done, doneElsewhere, fails, refused } = scenario
  const first = (end: string): string => more(end)[0] ?? end
  const all = (of: Ends): Ends => of.flatMap(more)
  const failing = (of: Ends | Failing): Ends | Failing => {
    if (isEnds(of)) return all(of)
    const { named, ...blows } = of
    return { ...mapped(blows, all), ...(named === undefined ? {} : { named: mapped(named, all) }) }
  }
  return {
    ...scenario,
    tells: async (cloud: FakeCloud) => (await volumesTold(cloud)).join(' | '),
    done: first(done),
    ...(doneElsewhere === undefined ? {} : { doneElsewhere: first(doneElsewhere) }),
    fails: mapped(fails, failing),
    refused: mapped(refused, all),
  }
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
