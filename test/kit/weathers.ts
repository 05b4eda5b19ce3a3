/** Every weather of a scenario: generated from the calls and steps of its calm run, not picked by hand. */
import { verbs } from '../../src/drivers/verbs.ts'
import type { FaultData } from '../../src/drivers/fault-data.ts'
import type { HostName } from '../../src/domain/ids.ts'
import type { Verb } from '../../src/drivers/virt-driver.ts'
import type { SagaDefinition } from '../../src/saga/definition.ts'
import type { Trail, Weather } from './round.ts'
import { successes } from './scenario.ts'
import type { Blow, Ends, Scenario } from './scenario.ts'

export function calm(scenario: Scenario): Weather {
  const ends = successes(scenario)
  return { name: 'calm', faults: [], refusal: null, twice: false, ends, deep: true }
}

/** What a host can do to a call that only says no. `KitFailure` is a name that no catalogue knows. */
const refusals: readonly (readonly [string, Blow])[] = [
  ['KitFailure', 'refusal'],
  ['ComputeResourcesUnavailable', 'refusal'],
  ['InstanceFaultRollback', 'refusal'],
  ['VirtualInterfaceCreateException', 'abort'],
  ['BuildAbortException', 'abort'],
]

type Called = { readonly verb: Verb; readonly host: HostName }

export function weathers(
  scenario: Scenario,
  saga: SagaDefinition,
  trail: Trail,
): readonly Weather[] {
  const called = [
    ...new Map(trail.calls.map((each) => [`${each.verb} ${each.host}`, each])).values(),
  ]
  return [
    ...called.flatMap((each) => weathersOf(scenario, each)),
    ...refusedSteps(scenario, saga),
    { ...calm(scenario), name: 'every call arrives twice', twice: true },
  ]
}

function weathersOf(scenario: Scenario, { verb, host }: Called): readonly Weather[] {
  const on = verbs[verb].spellings[0]
  const at = { on, host: host as string }
  const made: Weather[] = []
  const add = (name: string, fault: FaultData, ends: Ends, deep = false): void => {
    made.push({
      name: `${on} on ${host}: ${name}`,
      faults: [fault],
      refusal: null,
      twice: false,
      ends,
      deep,
    })
  }
  const endsOf = (blow: Blow): Ends => endsIn(scenario, on, blow)
  for (const when of verbs[verb].looks ? (['before'] as const) : (['before', 'after'] as const)) {
    for (const [raise, blow] of refusals) {
      add(`${raise} ${when} it, once`, { ...at, raise, when, times: 1 }, endsOf(blow))
      const deep = raise === 'KitFailure' && when === 'after'
      add(`${raise} ${when} it, always`, { ...at, raise, when }, endsOf(blow), deep)
    }
    const raise = 'HypervisorUnavailable'
    add(`no hypervisor ${when} it, once`, { ...at, raise, when, times: 1 }, successes(scenario))
    add(`no hypervisor ${when} it, ever`, { ...at, raise, when }, endsOf('silence'))
    const crash = { ...at, 'crash-agent': true, when, times: 1 } as const
    add(
      `the agent dies ${when} it and returns`,
      { ...crash, 'returns-after': 1_000 },
      successes(scenario),
    )
    add(`the agent dies ${when} it for good`, crash, endsOf('silence'), when === 'before')
  }
  add('the reply is lost, once', { ...at, 'lose-reply': true, times: 1 }, successes(scenario))
  add('the reply is always lost', { ...at, 'lose-reply': true }, endsOf('silence'))
  add('it hangs, once', { ...at, hang: true, times: 1 }, [
    ...successes(scenario),
    ...endsOf('silence'),
  ])
  add('it always hangs', { ...at, hang: true }, endsOf('silence'))
  add('it takes a while', { ...at, delay: 5_000 }, successes(scenario))
  return made
}

function endsIn(scenario: Scenario, spelling: string, blow: Blow): Ends {
  const ends = scenario.fails[spelling]
  if (ends === undefined) {
    throw new Error(`${scenario.name} does not say what comes when ${spelling} fails`)
  }
  if (isList(ends)) return ends
  const found = ends[blow] ?? ends.refusal
  if (found === undefined) throw new Error(`${scenario.name}: ${spelling} has no ${blow}`)
  return found
}

function isList(ends: Ends | Partial<Record<Blow, Ends>>): ends is Ends {
  return Array.isArray(ends)
}

/** Every record step refused in every way, and every undo of one. */
function refusedSteps(scenario: Scenario, saga: SagaDefinition): readonly Weather[] {
  const made: Weather[] = []
  const { pointOfNoReturn } = saga
  saga.steps.forEach(({ kind, name }, index) => {
    if (kind !== 'record') return
    const ends = scenario.refused[name]
    if (ends === undefined) {
      throw new Error(`${scenario.name} does not say what comes when ${name} is refused`)
    }
    const base = { faults: [], twice: false, deep: false } as const
    // Once together with its neighbours, and once alone.
    const refusal = { step: name, direction: 'do', times: 2 } as const
    for (const problem of ['failed', 'no-capacity', 'conflict', 'bug'] as const) {
      const past = pointOfNoReturn !== null && index >= pointOfNoReturn.at
      made.push({
        ...base,
        name: `${name} is refused as ${problem}`,
        refusal: { ...refusal, kind: problem },
        ends: past ? successes(scenario) : ends,
        deep: problem === 'failed',
      })
    }
    for (const problem of ['unavailable', 'stale'] as const) {
      made.push({
        ...base,
        name: `${name} is refused as ${problem} for a while`,
        refusal: { ...refusal, kind: problem, times: 4 },
        ends: successes(scenario),
      })
    }
  })
  return made
}
