/**
 * A fault plan as it is written: in a file, in a request, in a test.
 *
 * It is data from outside, so everything about it is checked, and what is wrong is said with its place in the plan. A key that
 * is not known is refused: a fault that never strikes because of a typing error would prove nothing.
 */
import { problem } from '../lib/problem.ts'
import { spellings, verbSpelled } from './verbs.ts'
import type { Verb } from './virt-driver.ts'

/** Which calls a fault is about, and on which of those it strikes. Without any of it: each. */
type Selection = {
  /** The verb in the field's spelling; `*` is any. */
  readonly on: string
  readonly host?: string
  /** The server's id. */
  readonly server?: string
  /** Only the n-th call that matches; 1 is the first. */
  readonly nth?: number
  /** At most that often. */
  readonly times?: number
  /** Strikes by chance; `seed` makes it the same chance every time. */
  readonly probability?: number
  readonly seed?: string | number
  /** Whether the call has had its effect when the fault strikes. Before, unless said otherwise. */
  readonly when?: 'before' | 'after'
}

/** What happens. */
type Blow =
  /** The call fails with the exception of that name. */
  | { readonly raise: string }
  /** The call does not go on until the plan is replaced, or the caller's patience is gone. */
  | { readonly hang: true }
  /** The call takes that many ms longer. */
  | { readonly delay: number }
  /** The call has its effect, and the agent remembers the answer; only the caller does not get it. */
  | { readonly 'lose-reply': true }
  /** The agent dies, and comes back after that many ms, or when the plan is replaced. */
  | { readonly 'crash-agent': true; readonly 'returns-after'?: number }

export type FaultData = Selection & Blow

/**
 * Where on its way a call is struck: as the agent takes it up, as it enters the driver, as it leaves the driver with its effect
 * done, before the agent remembers the answer, and on the way back.
 */
export type Moment = 'agent-before' | 'driver-before' | 'driver-after' | 'agent-after' | 'reply'

export type Act =
  | { readonly kind: 'raise'; readonly exception: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'lose-reply' }
  | { readonly kind: 'crash-agent'; readonly returnsAfterMs: number | null }

/** A fault that was checked. */
export type Fault = {
  readonly data: FaultData
  /** Null: any verb. */
  readonly verb: Verb | null
  readonly moment: Moment
  readonly act: Act
}

const faultsMax = 1000
const textMax = 255
/** Longer than anybody waits: a day. */
const delayMaxMs = 86_400_000

/** Checks a plan. Raises `invalid` with what is wrong and where. */
export function readPlan(plan: unknown): readonly Fault[] {
  const { faults } = fieldsOf('the plan', plan, ['faults'])
  if (!Array.isArray(faults)) throw wrong('faults', 'must be a list')
  if (faults.length > faultsMax) throw wrong('faults', `must be at most ${faultsMax}`)
  return faults.map((fault: unknown, index) => readFault(`faults[${index}]`, fault))
}

const selectors = ['on', 'host', 'server', 'nth', 'times', 'probability', 'seed', 'when'] as const
const blows = ['raise', 'hang', 'delay', 'lose-reply', 'crash-agent'] as const

function readFault(at: string, value: unknown): Fault {
  const data = fieldsOf(at, value, [...selectors, ...blows, 'returns-after'])
  const verb = readVerb(`${at}.on`, data['on'])
  for (const key of ['host', 'server'] as const) optionally(data[key], text(`${at}.${key}`))
  for (const key of ['nth', 'times'] as const) optionally(data[key], count(`${at}.${key}`))
  if (data['nth'] !== undefined && data['times'] !== undefined) {
    throw wrong(at, 'nth is one call only: it goes without times')
  }
  optionally(data['probability'], probability(`${at}.probability`))
  optionally(data['seed'], seed(`${at}.seed`))
  if (data['seed'] !== undefined && data['probability'] === undefined) {
    throw wrong(`${at}.seed`, 'needs a probability')
  }
  const when = data['when'] ?? 'before'
  if (when !== 'before' && when !== 'after')
    throw wrong(`${at}.when`, 'must be "before" or "after"')
  const act = readAct(at, data)
  if (act.kind === 'lose-reply' && data['when'] === 'before') {
    throw wrong(`${at}.when`, 'a reply can only be lost after the effect')
  }
  // Every key and value was looked at above and below; none is left that the type does not have.
  return { data: data as FaultData, verb, moment: momentOf(act, when), act }
}

function momentOf(act: Act, when: 'before' | 'after'): Moment {
  if (act.kind === 'lose-reply') return 'reply'
  return act.kind === 'crash-agent' ? `agent-${when}` : `driver-${when}`
}

function readVerb(at: string, value: unknown): Verb | null {
  if (value === '*') return null
  const verb = typeof value === 'string' ? verbSpelled(value) : null
  if (verb === null) throw wrong(at, `must be one of *, ${spellings.join(', ')}`)
  return verb
}

function readAct(at: string, data: Fields): Act {
  const given = blows.filter((blow) => data[blow] !== undefined)
  const [blow] = given
  if (blow === undefined || given.length > 1) {
    throw wrong(at, `must have exactly one of ${blows.join(', ')}`)
  }
  if (data['returns-after'] !== undefined && blow !== 'crash-agent') {
    throw wrong(`${at}.returns-after`, 'goes with crash-agent only')
  }
  if (blow === 'raise') return { kind: blow, exception: exception(`${at}.raise`)(data[blow]) }
  if (blow === 'delay') return { kind: blow, ms: duration(`${at}.delay`)(data[blow]) }
  if (data[blow] !== true) throw wrong(`${at}.${blow}`, 'must be true')
  if (blow !== 'crash-agent') return { kind: blow }
  const returnsAfterMs = optionally(data['returns-after'], duration(`${at}.returns-after`))
  return { kind: blow, returnsAfterMs: returnsAfterMs ?? null }
}

// --- values

type Fields = Readonly<Record<string, unknown>>

function wrong(at: string, what: string): Error {
  return problem('invalid', `Invalid fault plan: ${at} ${what}`)
}

/** An object's own fields, of which all must be known. Undefined stands for absent. */
function fieldsOf(at: string, value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(at, 'must be an object')
  }
  const strange = Object.keys(value).find((key) => !known.includes(key))
  if (strange !== undefined) {
    throw wrong(at, `has the unknown key ${JSON.stringify(strange.slice(0, textMax))}`)
  }
  return Object.fromEntries(Object.entries(value))
}

type Read<T> = (value: unknown) => T

function optionally<T>(value: unknown, read: Read<T>): T | undefined {
  return value === undefined ? undefined : read(value)
}

const text =
  (at: string): Read<string> =>
  (value) => {
    if (typeof value !== 'string' || value === '' || value.length > textMax) {
      throw wrong(at, `must be a text of 1 to ${textMax} characters`)
    }
    return value
  }

const exception =
  (at: string): Read<string> =>
  (value) => {
    if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_.]{0,127}$/.test(value)) {
      throw wrong(at, 'must be the name of an exception')
    }
    return value
  }

const count =
  (at: string): Read<number> =>
  (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw wrong(at, 'must be a whole number from 1')
    }
    return value
  }

const duration =
  (at: string): Read<number> =>
  (value) => {
    if (typeof value !== 'number' || !(value >= 0 && value <= delayMaxMs)) {
      throw wrong(at, `must be a number of ms from 0 to ${delayMaxMs}`)
    }
    return value
  }

const probability =
  (at: string): Read<number> =>
  (value) => {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
      throw wrong(at, 'must be a number from 0 to 1')
    }
    return value
  }

const seed =
  (at: string): Read<string | number> =>
  (value) => {
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return text(at)(value)
  }
