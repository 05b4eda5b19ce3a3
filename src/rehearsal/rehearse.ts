/**
 * The crash matrix of an operation: one run without a crash to learn its moments, then one run for each of them in which the
 * control plane dies there and is started again.
 *
 * Moments are those around every commit and around every call to a host. A call has three: before it is sent, while the host
 * carries it out, and when its answer has arrived and nothing was written down yet.
 */
import type { Call, Hosts, HostVerbs } from '../agents/hosts.ts'
import type { HostName } from '../domain/ids.ts'
import type { FaultData } from '../drivers/fault-data.ts'
import { isVerb, verbs, verbsVia } from '../drivers/verbs.ts'
import { assert, problem } from '../lib/problem.ts'
import { operations } from '../operations/registry.ts'
import type { FailurePolicy } from '../operations/resize.ts'
import type { Moment } from '../saga/moment.ts'
import { acts } from './acts.ts'
import { endStateOf, violationsOn } from './end-state.ts'
import type { EndState } from './end-state.ts'
import { destination, furnish, source } from './props.ts'
import { scenes } from './scenes.ts'
import type { Scene } from './scenes.ts'
import { discard, Stage } from './stage.ts'
import type { Prepared } from './stage.ts'

export type Wish = {
  /** The full name of an operation. */
  readonly operation: string
  /** A call, in the field's spelling, that fails every time, as hosts fail. */
  readonly failing: string | null
  readonly policy: FailurePolicy
}

/** Where the control plane dies. */
export type Death = {
  readonly step: string
  readonly title: string
  readonly direction: 'do' | 'undo'
  readonly when: When
  /** The call that it was about, in the field's spelling, and the host. */
  readonly call: { readonly verb: string; readonly host: string } | null
}

export type When =
  | 'before the commit'
  | 'in the commit'
  | 'after the commit'
  | 'before the call'
  | 'during the call'
  | 'after the call'

export type Row = {
  readonly death: Death
  /** What there was when it was started again. */
  readonly found: EndState | null
  readonly end: EndState
  /** Whether everything came to an end after the restart. */
  readonly rests: boolean
  readonly violations: readonly string[]
  readonly verdict: 'holds' | 'otherwise' | 'violated'
}

export type Matrix = {
  readonly operation: string
  readonly begins: string
  readonly failing: string | null
  readonly policy: FailurePolicy
  readonly mayFail: string | null
  /** What it comes to when nothing dies. */
  readonly calm: EndState
  readonly rows: readonly Row[]
}

type Progress = (done: number, of: number) => void

/**
 * Plays the whole matrix.
 * @throws `invalid` for what is no operation, or no call.
 */
export async function rehearse(
  wish: Wish,
  signal: AbortSignal,
  progress: Progress,
): Promise<Matrix> {
  const { operation, failing, policy } = wish
  const { plan, calm, discardPlan } = await begun(wish)
  const { scene } = plan
  try {
    const rows: Row[] = []
    for (const [index, death] of calm.deaths.entries()) {
      signal.throwIfAborted()
      progress(index, calm.deaths.length)
      const { found, end, rests, violations } = await play(plan, index)
      const asMany = calm.violations.length
      const wellBehaved = rests && violations.length === asMany
      const verdict = wellBehaved
        ? isSame(end, calm.end, scene)
          ? 'holds'
          : 'otherwise'
        : 'violated'
      rows.push({ death, found, end, rests, violations, verdict })
    }
    const { begins, mayFail = null } = scene
    return { operation, begins, failing, policy, mayFail, calm: calm.end, rows }
  } finally {
    discardPlan()
  }
}

type Begun = {
  readonly plan: Plan
  readonly calm: Played
  readonly discardPlan: () => void
}

/** The scene, ready to be played again and again, and played once. */
async function begun({ operation, failing, policy }: Wish): Promise<Begun> {
  const scene = scenes[operation]
  if (scene === undefined) throw problem('invalid', `There is no operation ${operation}`)
  const settings = { ...scene.settings, failurePolicy: policy }
  const faults = [...(scene.faults ?? []), ...failureOf(failing)]
  const prepared = await prepare(scene, settings)
  try {
    const plan = { operation, scene, settings, faults, prepared }
    const calm = await play(plan, null)
    const isFine = calm.violations.length === 0 || scene.endsBroken === true
    assert(calm.rests && isFine, 'the scene ends well without a crash', {
      operation,
      violations: calm.violations,
    })
    return { plan, calm, discardPlan: () => discard(prepared) }
  } catch (thrown) {
    discard(prepared)
    throw thrown
  }
}

/** What it comes to when nothing dies. @throws `bug` when that contradicts itself, or never ends. */
export async function outcomeOf(wish: Wish): Promise<EndState> {
  const { calm, discardPlan } = await begun(wish)
  discardPlan()
  return calm.end
}

/** Whether a row says that something is wrong: an end that is allowed but another one is no such thing where calls fail. */
export function isWrong({ verdict }: Row, { failing }: Matrix): boolean {
  return verdict === 'violated' || (verdict === 'otherwise' && failing === null)
}

function isSame(end: EndState, calm: EndState, scene: Scene): boolean {
  const lenient = scene.mayFail !== undefined
  const text = (state: EndState): string =>
    JSON.stringify({ ...state, operation: lenient ? null : state.operation })
  return text(end) === text(calm)
}

/** How a call fails on a real host: as in the founding case where it has to do with ports, else by itself. */
function failureOf(spelling: string | null): readonly FaultData[] {
  if (spelling === null) return []
  return [{ on: spelling, raise: 'VirtualInterfaceCreateException' }]
}

type Plan = {
  readonly operation: string
  readonly scene: Scene
  readonly settings: NonNullable<Scene['settings']>
  readonly faults: readonly FaultData[]
  readonly prepared: Prepared
}

async function prepare(scene: Scene, settings: Plan['settings']): Promise<Prepared> {
  const stage = await Stage.open({ hosts: [source, destination], settings })
  await furnish(stage)
  for (const name of scene.before) {
    await acts[name](stage)
    assert(await stage.rests(), 'what comes before comes to its end', { act: name })
  }
  return await stage.keep()
}

type Played = {
  readonly found: EndState | null
  readonly end: EndState
  readonly rests: boolean
  readonly violations: readonly string[]
  readonly deaths: readonly Death[]
}

/** One run, in which the control plane dies at the moment of that number. */
async function play(
  { operation, scene, settings, faults, prepared }: Plan,
  at: number | null,
): Promise<Played> {
  const deaths: Death[] = []
  let found: EndState | null = null
  let ours = false
  /** Notes a moment. Answers whether it is the last of this control plane. */
  const reached = (death: Death): boolean => deaths.push(death) - 1 === at
  const stage: Stage = await Stage.open(
    {
      hosts: [source, destination],
      settings,
      found: async () => {
        found = await endStateOf(stage, operation)
      },
      watch: async (moment) => {
        ours = moment.saga === operation
        if (ours && reached(deathAt(moment))) stage.crash()
      },
      between: (hosts) =>
        hearing(hosts, (verb, host) => {
          const before = deaths.at(-1)
          const calls = before?.when === 'before the call' && ours
          if (calls && reached({ ...before, when: 'during the call', call: { verb, host } })) {
            stage.crash()
          }
        }),
    },
    prepared,
  )
  try {
    if (scene.before.includes('hostDies')) stage.hosts.crash(source)
    stage.faults.replace({ faults })
    for (const name of scene.asks) await begin(stage, async () => await acts[name](stage))
    const subject = stage.server === null ? '' : `server/${stage.server}`
    const inTime = await stage.rests(subject)
    stage.heal()
    const rests = inTime && (await stage.rests())
    const end = await endStateOf(stage, operation)
    const violations = await violationsOn(stage)
    return { found, end, rests, violations, deaths: withCalls(deaths) }
  } finally {
    await stage.close()
  }
}

/** Asks, and does not wait for whoever wants to wait until it is done: it may die before. */
async function begin(stage: Stage, ask: () => Promise<unknown>): Promise<void> {
  const asked = { answered: false, refusal: null as unknown }
  ask().then(
    () => (asked.answered = true),
    (thrown: unknown) => (asked.refusal = thrown),
  )
  const before = stage.crashes
  for (let turns = 0; turns < 200 && !asked.answered && stage.crashes === before; turns += 1) {
    await stage.clock.settle()
    // An operation that fails fails its request as well: that is how it ends, and no mistake of the scene.
    if (asked.refusal !== null) return
  }
}

function deathAt({ saga, step: name, direction, at }: Moment): Death {
  const step = operations
    .find((each) => each.name === saga)
    ?.steps.find((each) => each.name === name)
  const back = direction === 'do' ? 'do' : 'undo'
  return { step: name, title: step?.title ?? name, direction: back, when: whens[at], call: null }
}

const whens: Readonly<Record<Moment['at'], When>> = {
  'before-commit': 'before the commit',
  'in-commit': 'in the commit',
  'after-commit': 'after the commit',
  'before-call': 'before the call',
  'after-call': 'after the call',
}

/** The moments around a call are told with the call. */
function withCalls(deaths: readonly Death[]): readonly Death[] {
  return deaths.map((death, index) => {
    const near = death.when === 'before the call' ? deaths[index + 1] : deaths[index - 1]
    const isAround = death.when === 'before the call' || death.when === 'after the call'
    return isAround && near?.when === 'during the call' ? { ...death, call: near.call } : death
  })
}

/** Hosts whose calls are heard when they are on their way. */
function hearing(hosts: Hosts, hear: (verb: string, host: HostName) => void): Hosts {
  const on = (host: HostName, call: Call): HostVerbs =>
    verbsVia<HostVerbs>(async (verb, args) => {
      assert(isVerb(verb), 'a host is called by a verb')
      // Name and arguments came in together, as one call.
      const method = hosts.on(host, call)[verb] as (
        ...given: readonly unknown[]
      ) => Promise<unknown>
      const answer = method(...args)
      hear(verbs[verb].spellings[0], host)
      return await answer
    })
  return { on, isUp: (host) => hosts.isUp(host) }
}
