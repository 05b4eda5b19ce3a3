/** Healing what an audit found, looking at what was healed, and taking it back. */
import type { Identity } from '../../domain/identity.ts'
import type { Instant } from '../../lib/clock.ts'
import { isProblem, problem } from '../../lib/problem.ts'
import type { ProblemRecord } from '../../lib/problem.ts'
import { healGuest } from '../../operations/heal-guest.ts'
import type { HealGuestParams } from '../../operations/heal-guest.ts'
import { healRecords, undoHeal } from '../../operations/heal-records.ts'
import type {
  HealReason,
  HealRecordsParams,
  UndoHealParams,
} from '../../operations/heal-records.ts'
import { finalBecause, subjectOf } from '../../operations/healing/remedy.ts'
import type { Remedy } from '../../operations/healing/remedy.ts'
import type { Starter } from '../../operations/kit.ts'
import * as sagas from '../../store/sagas/reading.ts'
import type { SagaRecord } from '../../store/sagas/record.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { operatorsOnly } from '../operator.ts'
import type { Finding } from './findings.ts'

export { finalBecause, sayRemedy } from '../../operations/healing/remedy.ts'
export type { Remedy } from '../../operations/healing/remedy.ts'

export type Healing = Pick<Context, 'clock' | 'log' | 'store'> & {
  readonly start: Starter
  readonly interrupt: (tx: Tx, subject: string, reason: string) => Promise<boolean>
  /** How long somebody may object before what cannot be taken back is done, in ms. */
  readonly graceMs: number
}

export type Heal = HealReason & {
  readonly id: string
  readonly remedy: Remedy
  /** `waiting`: until `notBefore` it can be called off. `nothing`: nothing was wrong any more. */
  readonly state: 'failed' | 'healed' | 'nothing' | 'running' | 'undone' | 'waiting'
  readonly problem: ProblemRecord | null
  readonly notBefore: Instant | null
  /** Why it cannot be taken back; null where it can. */
  readonly final: string | null
  readonly startedAt: Instant
  readonly endedAt: Instant | null
}

/** Begins every heal that can begin: what another operation owns is left to the next audit. Answers their ids. */
export async function beginHeals(
  ctx: Healing,
  findings: readonly Finding[],
  by: Identity | null,
): Promise<readonly string[]> {
  const begun: string[] = []
  const subjects = new Set<string>()
  for (const { remedy, invariant, says } of findings) {
    if (remedy === null) continue
    const about = subjectFor(remedy)
    // Several contradictions of one thing are healed one after the other: the first may be all that was wrong.
    if (subjects.has(about)) continue
    const reason = { invariant, reason: says, by: by?.userId ?? null }
    const id = await begin(ctx, remedy, reason)
    if (id === null) continue
    subjects.add(about)
    begun.push(id)
    ctx.log.warn('a contradiction is being healed', { heal: id, remedy: remedy.kind, ...reason })
  }
  return begun
}

async function begin(ctx: Healing, remedy: Remedy, why: HealReason): Promise<string | null> {
  const subject = subjectFor(remedy)
  try {
    return await ctx.store.transaction(async (tx) => {
      if (remedy.kind !== 'clean-host') {
        return await ctx.start(tx, healRecords, { subject, params: { ...why, remedy } })
      }
      const notBefore = ctx.clock.now() + ctx.graceMs
      const params = { ...why, remedy, notBefore, serverId: remedy.server }
      return await ctx.start(tx, healGuest, { subject, params })
    })
  } catch (thrown) {
    if (isProblem(thrown, 'conflict')) return null
    throw thrown
  }
}

function subjectFor(remedy: Remedy): string {
  return remedy.kind === 'clean-host' ? `heal/${remedy.host}/${remedy.server}` : subjectOf(remedy)
}

/** Every heal that there was, newest first. */
export async function listHeals(ctx: Healing, who: Identity): Promise<readonly Heal[]> {
  operatorsOnly(who)
  return await ctx.store.read(async (reader) => {
    const undone = await undoneHeals(reader)
    const found = await sagas.listNamed(reader, 'heal.%')
    return found
      .filter(({ name }) => name !== undoHeal.name)
      .map((saga) => healOf(saga, undone, ctx.clock.now()))
  })
}

/** @throws `not-found` */
export async function showHeal(ctx: Healing, who: Identity, id: string): Promise<Heal> {
  operatorsOnly(who)
  return await ctx.store.read(async (reader) =>
    healOf(await get(reader, id), await undoneHeals(reader), ctx.clock.now()),
  )
}

/**
 * Takes a heal back: one that is waiting is called off, one that is done is undone.
 * @throws `not-found`, `conflict` when it cannot be taken back or something else owns what it was about.
 */
export async function takeBack(ctx: Healing, who: Identity, id: string): Promise<void> {
  operatorsOnly(who)
  await ctx.store.transaction(async (tx) => {
    const saga = await get(tx, id)
    const heal = healOf(saga, await undoneHeals(tx), ctx.clock.now())
    if (heal.state === 'waiting') {
      await ctx.interrupt(tx, saga.subject, 'the heal was called off')
      return
    }
    if (heal.state !== 'healed' || heal.final !== null || heal.remedy.kind === 'clean-host') {
      const because = heal.final === null ? `it is ${heal.state}` : heal.final
      throw problem('conflict', `The heal cannot be taken back: ${because}`, { heal: id })
    }
    const before = beforeIn(saga)
    const params = { heal: id, remedy: heal.remedy, before, by: who.userId }
    await ctx.start(tx, undoHeal, { subject: saga.subject, params })
  })
  ctx.log.warn('a heal is taken back', { heal: id, by: who.userId })
}

async function get(reader: Reader, id: string): Promise<SagaRecord> {
  const saga = await sagas.find(reader, id)
  if (saga === null || (saga.name !== healRecords.name && saga.name !== healGuest.name)) {
    throw problem('not-found', `There is no heal ${id}`, { heal: id })
  }
  return saga
}

async function undoneHeals(reader: Reader): Promise<ReadonlySet<string>> {
  const found = await sagas.listNamed(reader, undoHeal.name)
  return new Set(
    // Parameters of this very operation.
    found
      .filter(({ state }) => state === 'succeeded')
      .map((saga) => (saga.params as UndoHealParams).heal),
  )
}

function healOf(saga: SagaRecord, undone: ReadonlySet<string>, now: Instant): Heal {
  // Parameters of one of the two operations that heal, as `get` and the names have made sure.
  const params = saga.params as HealGuestParams | HealRecordsParams
  const { invariant, reason, by, remedy } = params
  const notBefore = 'notBefore' in params ? params.notBefore : null
  return {
    id: saga.id,
    invariant,
    reason,
    by,
    remedy,
    state: stateOf(saga, undone, notBefore !== null && now < notBefore),
    problem: saga.problem,
    notBefore,
    final: finalBecause(remedy),
    startedAt: saga.startedAt,
    endedAt: saga.endedAt,
  }
}

function stateOf(saga: SagaRecord, undone: ReadonlySet<string>, waits: boolean): Heal['state'] {
  if (saga.active) return waits ? 'waiting' : 'running'
  if (undone.has(saga.id) || saga.interrupt !== null) return 'undone'
  if (saga.state !== 'succeeded') return 'failed'
  return saga.name === healRecords.name && beforeIn(saga) === null ? 'nothing' : 'healed'
}

function beforeIn({ outputs }: SagaRecord): unknown {
  // What `healRecords` returns.
  const healed = outputs.steps['healed'] as { readonly before: unknown } | undefined
  return healed?.before ?? null
}
