/** What an audit found, with all that somebody who must act wants to know: since when, who touched it last, what would be done. */
import type { ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as servers from '../../store/compute/servers.ts'
import * as sagas from '../../store/sagas/reading.ts'
import type { SagaRecord } from '../../store/sagas/record.ts'
import type { Store } from '../../store/store.ts'
import { planFor } from './plan.ts'
import type { Planned } from './plan.ts'
import type { Violation } from './violation.ts'

export type Finding = Violation &
  Planned & {
    /** When this process saw it first; null when it does not look by itself. */
    readonly firstSeenAt: Instant | null
    /** It was not so before: then the last operation ended, or the record was changed. */
    readonly notBefore: Instant | null
    /** The last operation on what it is about: whatever went wrong, it was there. */
    readonly lastOperation: Pick<SagaRecord, 'id' | 'name' | 'state'> | null
  }

/** Of so many findings it is looked up who touched them last. Whoever has more has other worries. */
const tracedMax = 200

export async function findingsOf(
  store: Store,
  violations: readonly Violation[],
  firstSeen: ReadonlyMap<string, Instant>,
): Promise<readonly Finding[]> {
  return await store.read(async (reader) => {
    const findings: Finding[] = []
    for (const [index, violation] of violations.entries()) {
      const firstSeenAt = firstSeen.get(keyOf(violation)) ?? null
      const id = serverIn(violation)
      const isTraced = id !== null && index < tracedMax
      const [last = null] = isTraced ? await sagas.listOf(reader, serverSubject(id)) : []
      const server = isTraced ? await servers.find(reader, id) : null
      const plan = planFor(violation, violations)
      const notBefore = last?.endedAt ?? last?.updatedAt ?? server?.updatedAt ?? null
      findings.push({ ...violation, ...plan, firstSeenAt, notBefore, lastOperation: last })
    }
    return findings
  })
}

/** Two runs of the audit found the same thing if this is the same. */
export function keyOf({ invariant, subject }: Violation): string {
  return `${invariant} ${subject}`
}

/** The server that it is about. What is no server has no operations, so nothing is found under its id. */
function serverIn({ subject, facts }: Violation): ServerId | null {
  const { server } = facts
  return (typeof server === 'string' ? server : subject) as ServerId
}
