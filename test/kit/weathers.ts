/** Every weather of a scenario: generated from the calls and steps of its calm run, not picked by hand. */
import { driverProblem, exceptionNames, exceptionOf } from '../../src/drivers/exceptions.ts'
import { verbs } from '../../src/drivers/verbs.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import type { ProblemKind } from '../../src/lib/problem.ts'
import type { SagaDefinition } from '../../src/saga/definition.ts'
import { successes } from './scenario.ts'
import type { Blow, Ends, Failing, Scenario } from './scenario.ts'
import type { Called, Mishap, Trail, Weather } from './weather.ts'

const fair = {
  faults: [],
  refusal: null,
  mishap: null,
  delivery: 'once',
  deep: false,
} as const satisfies Partial<Weather>

export function calm(scenario: Scenario): Weather {
  return { ...fair, name: 'calm', ends: successes(scenario), deep: true }
}

export function weathers(
  scenario: Scenario,
  saga: SagaDefinition,
  trail: Trail,
): readonly Weather[] {
  const called = [
    ...new Map(trail.calls.map((each) => [`${each.verb} ${each.host}`, each])).values(),
  ]
  const ends = successes(scenario)
  return [
    ...called.flatMap((each) => weathersOf(scenario, each)),
    ...refusedSteps(scenario, saga, trail),
    { ...fair, name: 'every call arrives twice', ends, delivery: 'twice', deep: true },
    {
      ...fair,
      name: 'every call is carried out twice',
      ends,
      delivery: 'twice, forgotten between',
    },
  ]
}

/** A name that no catalogue knows. */
const unknown = 'KitFailure'

/**
 * One exception of every sort that a host can raise instead of doing what it is told: the sort is what follows from it. Those
 * that say that there was no answer come on their own.
 */
const refusals: readonly (readonly [string, readonly Blow[]])[] = [
  ...new Map(
    // Of each sort the first is kept.
    [unknown, ...exceptionNames].toReversed().map((name) => {
      const failure = driverProblem(name)
      const { reschedules, rollsBack, aborts } = exceptionOf(failure)
      const blows: readonly Blow[] = [
        ...(aborts || !reschedules ? (['abort'] as const) : []),
        ...(rollsBack ? (['untouched'] as const) : []),
      ]
      const sort = [failure.kind, reschedules, rollsBack, aborts].join()
      return [sort, [name, blows] as const] as const
    }),
  ).values(),
].filter(([name]) => driverProblem(name).kind !== 'unavailable')

function weathersOf(scenario: Scenario, called: Called): readonly Weather[] {
  const whens = verbs[called.verb].looks ? (['before'] as const) : (['before', 'after'] as const)
  const made = whens.flatMap((when) => [
    ...refusedCall(scenario, called, when),
    ...silentHost(scenario, called, when),
  ])
  return [...made, ...callOnItsWay(scenario, called)].map((weather) => ({
    ...weather,
    name: `${verbs[called.verb].spellings[0]} on ${called.host}: ${weather.name}`,
  }))
}

type When = 'after' | 'before'

/** The host says no, in every sort of way. */
function refusedCall(scenario: Scenario, called: Called, when: When): readonly Weather[] {
  const { at, ends, named } = failingOf(scenario, called)
  const made: Weather[] = []
  for (const [raise, blows] of refusals) {
    const always = { ...at, raise, when }
    made.push(
      {
        ...fair,
        name: `${raise} ${when} it, once`,
        faults: [{ ...always, times: 1 }],
        ends: ends(...blows),
      },
      {
        ...fair,
        name: `${raise} ${when} it, always`,
        faults: [always],
        ends: ends(...blows),
        deep: raise === unknown && when === 'after',
      },
    )
  }
  for (const [raise, found] of Object.entries(named)) {
    const faults = [{ ...at, raise, when }]
    made.push({ ...fair, name: `${raise} ${when} it, always`, faults, ends: found })
  }
  const broken = { ...called, times: 1, kind: { raises: 'bug', when } } as const
  return [
    ...made,
    {
      ...fair,
      name: `the driver is broken, and says so ${when} it`,
      mishap: broken,
      ends: ends('abort'),
    },
    {
      ...fair,
      name: `refused ${when} it, and every call is carried out twice`,
      faults: [{ ...at, raise: unknown, when }],
      delivery: 'twice, forgotten between',
      ends: ends('refusal'),
    },
  ]
}

/** The host says nothing, for a while or for good. */
function silentHost(scenario: Scenario, called: Called, when: When): readonly Weather[] {
  const { at, ends } = failingOf(scenario, called)
  const [done, silence] = [successes(scenario), ends('silence')]
  const deaf = { ...at, raise: 'HypervisorUnavailable', when }
  const dies = { ...at, 'crash-agent': true, when, times: 1 } as const
  return [
    {
      ...fair,
      name: `no hypervisor ${when} it, once`,
      faults: [{ ...deaf, times: 1 }],
      ends: done,
    },
    { ...fair, name: `no hypervisor ${when} it, ever`, faults: [deaf], ends: silence },
    {
      ...fair,
      name: `the agent dies ${when} it and returns`,
      faults: [{ ...dies, 'returns-after': 1_000 }],
      ends: done,
    },
    {
      ...fair,
      name: `the agent dies ${when} it for good`,
      faults: [dies],
      ends: silence,
      deep: when === 'before',
    },
  ]
}

/** The call or its reply is lost, held up, or comes when nobody waits for it any more. */
function callOnItsWay(scenario: Scenario, called: Called): readonly Weather[] {
  const { at, ends } = failingOf(scenario, called)
  const [done, silence] = [successes(scenario), ends('silence')]
  const faulty = (name: string, fault: FaultData, found: Ends): Weather => ({
    ...fair,
    name,
    faults: [fault],
    ends: found,
  })
  const missent = (name: string, mishap: Omit<Mishap, 'host' | 'verb'>, found: Ends): Weather => ({
    ...fair,
    name,
    mishap: { ...called, ...mishap },
    ends: found,
  })
  const stale = { raises: 'stale', when: 'before' } as const
  return [
    missent('somebody else had the turn, once', { times: 1, kind: stale }, done),
    missent('it comes late, once', { times: 1, kind: { late: 7_000 } }, done),
    missent('it always comes too late', { times: Infinity, kind: { late: 90_000 } }, silence),
    missent('it comes when all is over', { times: 1, kind: { late: 'when all is over' } }, silence),
    faulty('the reply is lost, once', { ...at, 'lose-reply': true, times: 1 }, done),
    faulty('the reply is always lost', { ...at, 'lose-reply': true }, silence),
    faulty('it hangs, once', { ...at, hang: true, times: 1 }, [...done, ...silence]),
    faulty('it always hangs', { ...at, hang: true }, silence),
    faulty('it takes a while', { ...at, delay: 5_000 }, done),
  ]
}

/** Where the call is struck, and what the scenario says comes of it. */
function failingOf(
  scenario: Scenario,
  { verb, host }: Called,
): {
  readonly at: { readonly on: string; readonly host: string }
  /** What comes of it when it fails in one of these ways, the first that the scenario speaks of; else of a refusal. */
  readonly ends: (...blows: readonly Blow[]) => Ends
  readonly named: Readonly<Record<string, Ends>>
} {
  const on = verbs[verb].spellings[0]
  const said = scenario.fails[on]
  if (said === undefined) {
    throw new Error(`${scenario.name} does not say what comes when ${on} fails`)
  }
  const failing = isList(said) ? { refusal: said } : said
  const ends = (...blows: readonly Blow[]): Ends => {
    const found = blows.map((blow) => failing[blow]).find((each) => each !== undefined)
    if (found !== undefined) return found
    if (failing.refusal === undefined) throw new Error(`${scenario.name}: ${on} has no refusal`)
    return failing.refusal
  }
  return { at: { on, host }, ends, named: failing.named ?? {} }
}

function isList(ends: Ends | Failing): ends is Ends {
  return Array.isArray(ends)
}

/** What a transaction can be refused for, for good. */
const refusedFor: readonly ProblemKind[] = [
  'failed',
  'no-capacity',
  'conflict',
  'bug',
  'invalid',
  'forbidden',
  'not-found',
  'over-quota',
]

/** Every record step refused in every way. */
function refusedSteps(
  scenario: Scenario,
  saga: SagaDefinition,
  { moments }: Trail,
): readonly Weather[] {
  const made: Weather[] = []
  const done = successes(scenario)
  saga.steps.forEach(({ kind, name: step }, index) => {
    if (kind !== 'record' || !moments.some((moment) => moment.step === step)) return
    const refused = scenario.refused[step]
    if (refused === undefined) {
      throw new Error(`${scenario.name} does not say what comes when ${step} is refused`)
    }
    const past = saga.pointOfNoReturn !== null && index >= saga.pointOfNoReturn.at
    // What settles it there may do so in a way of its own.
    const ends = past ? [...done, ...refused] : refused
    for (const why of refusedFor) {
      made.push({
        ...fair,
        name: `${step} is refused as ${why}`,
        // Once together with its neighbours, and once alone.
        refusal: { step, kind: why, times: 2 },
        ends,
        deep: why === 'failed',
      })
    }
    for (const why of ['unavailable', 'stale'] as const) {
      const refusal = { step, kind: why }
      const name = `${step} is refused as ${why}`
      made.push({
        ...fair,
        name: `${name} for a while`,
        refusal: { ...refusal, times: 4 },
        ends: done,
      })
      made.push({ ...fair, name: `${name}, ever`, refusal: { ...refusal, times: Infinity }, ends })
    }
  })
  return made
}
