/** Booleans in queries: text, in the many spellings that clients use. */
import { problem } from '../../lib/problem.ts'

const yes = new Set(['1', 't', 'true', 'on', 'y', 'yes'])
const no = new Set(['0', 'f', 'false', 'off', 'n', 'no'])

/** Null when it is neither. */
export function booleanOf(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  return yes.has(word) ? true : no.has(word) ? false : null
}

/** @throws `invalid` when it is neither. */
export function booleanOrRefuse(text: string): boolean {
  const value = booleanOf(text)
  if (value !== null) return value
  const words = [...no, ...yes].toSorted().map((each) => `'${each}'`)
  throw problem(
    'invalid',
    `Unrecognized value '${text}', acceptable values are: ${words.join(', ')}`,
  )
}
