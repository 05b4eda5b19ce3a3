/** Which rows of the failure matrix are kept, by the names of the tests. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rows } from './rows.ts'
import { notApplicable, pending } from './status.ts'

const tests = fileURLToPath(new URL('..', import.meta.url))

/** Rows that a test is named after: in a call of `test` or `row`, or as a key of a table of cases. */
export function keptRows(): ReadonlySet<string> {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
  const sources = files
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(`${tests}/${file}`, 'utf8'))
  const named =
    /(?:\b(?:test|row)\(\s*['`]|^ {2})([A-LX]\d\d)(?:\b|: \{)|\['([A-LX]\d\d)', '([A-LX]\d\d)'\]/gm
  const ids = sources.flatMap((source) =>
    [...source.matchAll(named)].flatMap((match) => match.slice(1).filter((id) => id !== undefined)),
  )
  return new Set(ids.filter((id) => rows[id] !== undefined))
}

export type Tally = readonly {
  readonly id: string
  readonly words: string
  readonly state: 'not applicable' | 'pending' | 'tested'
  readonly why: string
}[]

/** Every row and what is known of it. A row that is said to be two things is what its test says. */
export function tally(): Tally {
  const kept = keptRows()
  const reasons = (lists: typeof pending): ReadonlyMap<string, string> =>
    new Map(lists.flatMap(({ why, ids }) => ids.map((id) => [id, why] as const)))
  const waiting = reasons(pending)
  const never = reasons(notApplicable)
  return Object.entries(rows).map(([id, words]) => {
    if (kept.has(id)) return { id, words, state: 'tested', why: '' }
    const why = waiting.get(id)
    if (why !== undefined) return { id, words, state: 'pending', why }
    return { id, words, state: 'not applicable', why: never.get(id) ?? '' }
  })
}
