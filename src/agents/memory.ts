/**
 * What an agent must not forget when its process dies: whose turn it is, and what came of the calls that succeeded.
 *
 * Both are kept per host and subject, in a file of the host's own. A turn only ever passes to a higher epoch. Values are those
 * of one operation; when the next one calls they are forgotten. What nobody has called about for a week is forgotten
 * altogether, which is far beyond the deadline of any call that could still come.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { HostName } from '../domain/ids.ts'
import type { Clock } from '../lib/clock.ts'
import { fromJson, toJson } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'
import type { Call } from './hosts.ts'

type Claim = Pick<Call, 'subject' | 'operation' | 'epoch'>

export interface AgentMemory {
  /** Gives the turn to this epoch. Raises `stale` if a higher one has it. Values of other operations are forgotten. */
  admit(claim: Claim): void
  /** Raises `stale` if the turn has passed to a higher epoch. */
  recheck(claim: Claim): void
  /** What the call of that key came to; undefined if it has not succeeded. */
  recall(subject: string, key: string): { readonly value: unknown } | undefined
  /** Keeps what a call came to, unless another operation has called since. */
  remember(claim: Claim, key: string, value: unknown): void
}

const keptMs = 7 * 24 * 60 * 60 * 1000
/** How many new subjects come between two sweeps. */
const sweepEvery = 1000

const schema = `
  CREATE TABLE IF NOT EXISTS fences (
    host TEXT NOT NULL,
    subject TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    operation TEXT NOT NULL,
    called_at INTEGER NOT NULL,
    PRIMARY KEY (host, subject)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS fences_by_age ON fences (called_at);
  CREATE TABLE IF NOT EXISTS outcomes (
    host TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (host, subject, key)
  ) WITHOUT ROWID;
`

/**
 * The memories of all hosts that keep theirs in this file. Every change is one statement that checks what it relies on, so
 * several processes may share the file.
 */
export function agentMemories(
  database: DatabaseSync,
  clock: Clock,
): (host: HostName) => AgentMemory {
  database.exec(schema)
  const fence = database.prepare(
    'SELECT epoch, operation FROM fences WHERE host = ? AND subject = ?',
  )
  const raise = database.prepare(
    `INSERT INTO fences (host, subject, epoch, operation, called_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (host, subject) DO UPDATE
     SET epoch = excluded.epoch, operation = excluded.operation, called_at = excluded.called_at
     WHERE excluded.epoch >= fences.epoch`,
  )
  const forget = database.prepare('DELETE FROM outcomes WHERE host = ? AND subject = ?')
  const recall = database.prepare(
    'SELECT value FROM outcomes WHERE host = ? AND subject = ? AND key = ?',
  )
  const remember = database.prepare(
    `INSERT OR REPLACE INTO outcomes (host, subject, key, value)
     SELECT host, subject, ?, ? FROM fences WHERE host = ? AND subject = ? AND operation = ?`,
  )
  const sweep = [
    `DELETE FROM outcomes WHERE (host, subject) IN
     (SELECT host, subject FROM fences WHERE called_at < ?)`,
    'DELETE FROM fences WHERE called_at < ?',
  ].map((sql) => database.prepare(sql))
  let newSubjects = 0

  const standing = (host: HostName, { subject, epoch }: Claim): string | null => {
    const row = fence.get(host, subject)
    if (row === undefined) return null
    if (Number(row['epoch']) > epoch) throw tooLate(subject, epoch)
    return `${String(row['epoch'])} ${String(row['operation'])}`
  }

  return (host) => ({
    admit: (claim) => {
      const { subject, operation, epoch } = claim
      const before = standing(host, claim)
      if (before === `${epoch} ${operation}`) return
      const { changes } = kept(() => raise.run(host, subject, epoch, operation, clock.now()))
      if (changes === 0) throw tooLate(subject, epoch)
      if (before === null) newSubjects += 1
      else if (!before.endsWith(` ${operation}`)) kept(() => forget.run(host, subject))
      if (newSubjects < sweepEvery) return
      newSubjects = 0
      for (const statement of sweep) kept(() => statement.run(clock.now() - keptMs))
    },
    recheck: (claim) => {
      standing(host, claim)
    },
    recall: (subject, key) => {
      const row = recall.get(host, subject, key)
      return row && { value: fromJson<unknown>(String(row['value'])) }
    },
    remember: ({ subject, operation }, key, value) => {
      kept(() => remember.run(key, toJson(value), host, subject, operation))
    },
  })
}

function tooLate(subject: string, epoch: number): Error {
  return problem('stale', 'Another operation has the turn by now', { subject, epoch })
}

/** An agent that cannot write down what it does must not do it; when it can again is for the caller to find out. */
function kept<T>(write: () => T): T {
  try {
    return write()
  } catch (thrown) {
    throw problem('unavailable', 'The agent cannot keep its memory', {}, { cause: thrown })
  }
}
