/** What a failed operation leaves for its owner to read. */
import type { ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import type { Problem } from '../lib/problem.ts'
import * as faults from '../store/compute/faults.ts'
import type { Tx } from '../store/store.ts'

/** Adds the fault that a failure is. Details are for admins: what was wrong, where, with which numbers. */
export async function addFault(
  tx: Tx,
  serverId: ServerId,
  failure: Problem,
  now: Instant,
): Promise<void> {
  const details = Object.entries(failure.details).flatMap(([name, value]) => say(name, value))
  await faults.add(tx, serverId, {
    code: 500,
    message: failure.message.slice(0, 255),
    details: [failure.message, ...details].join('\n'),
    createdAt: now,
  })
}

/** A text in one line, a list of texts in one line each, anything else as JSON. An empty list says nothing. */
function say(name: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return [`${name}: ${value}`]
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return value.length === 0 ? [] : [`${name}:`, ...value.map((each) => `- ${each}`)]
  }
  return [`${name}: ${JSON.stringify(value)}`]
}
