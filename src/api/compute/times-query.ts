/** What changed between two moments: a part of the queries of several lists. */
import { problem } from '../../lib/problem.ts'
import type { Query } from './route.ts'
import { instantOf } from './schemas/formats.ts'

/** @throws `invalid` when nothing can lie between. */
export function timesOf(query: Query): {
  readonly since: number | null
  readonly before: number | null
} {
  const since = timeOf(query, 'changes-since')
  const before = timeOf(query, 'changes-before')
  if (since !== null && before !== null && since > before) {
    const message = 'The value of changes-since must be less than or equal to changes-before.'
    throw problem('invalid', message)
  }
  return { since, before }
}

function timeOf(query: Query, name: string): number | null {
  const text = query.one(name)
  return text === undefined ? null : instantOf(text)
}
