/**
 * Operations as operators see them: which step each is at, since when, how often it was tried, and what stands in its way.
 *
 * The steps come from the saga log, the titles from the page of the operation. Nothing here is kept: it is all a view.
 */
import type { Identity } from '../domain/identity.ts'
import type { ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import type { ProblemRecord } from '../lib/problem.ts'
import { serverOf, serverSubject } from '../operations/kit.ts'
import { operations } from '../operations/registry.ts'
import type { SagaDefinition } from '../saga/definition.ts'
import * as log from '../store/sagas/log.ts'
import type { LogEntry, LogOutcome } from '../store/sagas/log.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Direction, SagaRecord, SagaState } from '../store/sagas/record.ts'
import type { Context } from './context.ts'
import { operatorsOnly } from './operator.ts'

export type OperationShown = {
  readonly id: string
  readonly name: string
  readonly subject: string
  readonly server: ServerId | null
  readonly state: SagaState
  readonly direction: Direction
  /** The step under way, or to be undone next; null when it has ended. */
  readonly step: StepName | null
  /** Failed attempts at this step in a row. */
  readonly attempts: number
  /** What stands in the way of this step, else what the whole operation failed of. */
  readonly problem: ProblemRecord | null
  readonly startedAt: Instant
  /** Since when it is at this step. */
  readonly since: Instant
  readonly endedAt: Instant | null
  readonly steps: readonly StepShown[]
}

export type StepName = { readonly name: string; readonly title: string }

/** One entry of the log. `settle` stands for what was done instead of undoing. */
export type StepShown = StepName & {
  readonly act: 'do' | 'undo' | 'settle'
  readonly host: string | null
  readonly round: number
  readonly outcome: LogOutcome
  readonly attempts: number
  readonly problem: ProblemRecord | null
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
}

/** The operations under way, oldest first; with a server's id, every operation it ever had, newest first. */
export async function listOperations(
  ctx: Context,
  who: Identity,
  { server }: { readonly server: string | null },
): Promise<readonly OperationShown[]> {
  operatorsOnly(who)
  return await ctx.store.read(async (reader) => {
    // A text that is no id is the subject of nothing.
    const found =
      server === null
        ? await sagas.listActive(reader)
        : await sagas.listOf(reader, serverSubject(server as ServerId))
    const entries = await log.entriesOf(
      reader,
      found.map(({ id }) => id),
    )
    const bySaga = Map.groupBy(entries, ({ sagaId }) => sagaId)
    return found.map((saga) => shown(saga, bySaga.get(saga.id) ?? []))
  })
}

/** What the step of that index is called in an operation of that name; null when there is none such. */
export function stepName(operation: string, index: number): StepName | null {
  const step = definitions.get(operation)?.steps[index]
  return step === undefined ? null : { name: step.name, title: step.title }
}

const definitions: ReadonlyMap<string, SagaDefinition> = new Map(
  operations.map((operation) => [operation.name, operation]),
)

function shown(saga: SagaRecord, entries: readonly LogEntry[]): OperationShown {
  const step = saga.active ? stepName(saga.name, saga.next) : null
  const current = entries.find(
    (entry) =>
      entry.step === step?.name && entry.direction === saga.direction && entry.round === saga.round,
  )
  return {
    id: saga.id,
    name: saga.name,
    subject: saga.subject,
    server: serverOf(saga.subject),
    state: saga.state,
    direction: saga.direction,
    step,
    attempts: saga.attempts,
    problem: current?.problem ?? (saga.state === 'succeeded' ? null : saga.problem),
    startedAt: saga.startedAt,
    since: current?.startedAt ?? saga.updatedAt,
    endedAt: saga.endedAt,
    steps: entries.map((entry) => stepShown(saga, entry)),
  }
}

function stepShown(saga: SagaRecord, entry: LogEntry): StepShown {
  const settled = definitions
    .get(saga.name)
    ?.settlements.some((settlement) => settlement.name === entry.step)
  return {
    name: entry.step,
    title: entry.title,
    act: settled === true ? 'settle' : entry.direction === 'do' ? 'do' : 'undo',
    host: entry.host,
    round: entry.round,
    outcome: entry.outcome,
    attempts: entry.attempts,
    problem: entry.problem,
    startedAt: entry.startedAt,
    finishedAt: entry.finishedAt,
  }
}
