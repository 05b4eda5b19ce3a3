/**
 * One rule of a policy file: `role:admin or (role:reader and project_id:%(project_id)s)`.
 *
 * `@` and an empty text let everybody pass, `!` nobody. `rule:` refers to another rule. Anything else compares something of
 * the caller with a text, in which `%(name)s` stands for something of the thing that is asked for.
 */
import { problem } from '../../lib/problem.ts'
import type { Identity } from '../identity.ts'
import type { PlacementTarget } from './policy.ts'

export type Question = {
  readonly who: Identity
  readonly target: PlacementTarget
  readonly rules: ReadonlyMap<string, Check>
  /** How many rules have referred to each other on the way here. */
  readonly depth: number
}

export type Check = (question: Question) => boolean

const depthMax = 32

/** @throws `invalid` */
export function parseCheck(text: string): Check {
  // The parentheses of `%(name)s` are part of its word.
  const words = text.match(/[()]|(?:%\([^)]*\)s|[^\s()])+/g) ?? []
  if (words.length === 0) return () => true
  const { check, next } = parseEither(words, 0, text)
  if (next !== words.length) throw wrong(text)
  return check
}

type Parsed = { readonly check: Check; readonly next: number }

function parseEither(words: readonly string[], at: number, text: string): Parsed {
  let { check, next } = parseBoth(words, at, text)
  while (words[next]?.toLowerCase() === 'or') {
    const left = check
    const right = parseBoth(words, next + 1, text)
    check = (question) => left(question) || right.check(question)
    next = right.next
  }
  return { check, next }
}

function parseBoth(words: readonly string[], at: number, text: string): Parsed {
  let { check, next } = parseOne(words, at, text)
  while (words[next]?.toLowerCase() === 'and') {
    const left = check
    const right = parseOne(words, next + 1, text)
    check = (question) => left(question) && right.check(question)
    next = right.next
  }
  return { check, next }
}

function parseOne(words: readonly string[], at: number, text: string): Parsed {
  const word = words[at]
  if (word === undefined) throw wrong(text)
  if (word.toLowerCase() === 'not') {
    const inner = parseOne(words, at + 1, text)
    return { check: (question) => !inner.check(question), next: inner.next }
  }
  if (word === '(') {
    const inner = parseEither(words, at + 1, text)
    if (words[inner.next] !== ')') throw wrong(text)
    return { check: inner.check, next: inner.next + 1 }
  }
  return { check: plainCheck(word, text), next: at + 1 }
}

function plainCheck(word: string, text: string): Check {
  if (word === '@') return () => true
  if (word === '!') return () => false
  const colon = word.indexOf(':')
  if (colon < 1) throw wrong(text)
  const kind = word.slice(0, colon)
  const match = unquoted(word.slice(colon + 1))
  if (kind === 'rule') return (question) => refer(match, question)
  if (kind === 'role') return ({ who }) => hasRole(who, match)
  return ({ who, target }) => {
    const wanted = filledIn(match, target)
    return wanted !== null && factOf(who, unquoted(kind)) === wanted
  }
}

function refer(name: string, question: Question): boolean {
  const check = question.rules.get(name)
  if (check === undefined || question.depth >= depthMax) return false
  return check({ ...question, depth: question.depth + 1 })
}

function hasRole(who: Identity, role: string): boolean {
  const wanted = role.toLowerCase()
  return [...who.roles].some((each) => each.toLowerCase() === wanted)
}

/** What is known of the caller under a name; a name that nobody knows stands for itself, so that `True:...` can be written. */
function factOf(who: Identity, name: string): string {
  switch (name) {
    case 'user_id':
      return who.userId
    case 'project_id':
    case 'tenant_id':
      return who.projectId ?? 'None'
    case 'system_scope':
      return who.systemScoped ? 'all' : 'None'
    default:
      return name
  }
}

function filledIn(match: string, target: PlacementTarget): string | null {
  const facts: Readonly<Record<string, string | null>> = {
    project_id: target.projectId,
    tenant_id: target.projectId,
    user_id: target.userId,
  }
  let isKnown = true
  const text = match.replaceAll(/%\(([^)]*)\)s/g, (_, name: string) => {
    const fact = facts[name]
    if (fact == null) isKnown = false
    return fact ?? ''
  })
  return isKnown ? text : null
}

function unquoted(text: string): string {
  return text.replaceAll(/^(['"])(.*)\1$/g, '$2')
}

function wrong(text: string): Error {
  return problem('invalid', 'This is no policy rule', { rule: text })
}
