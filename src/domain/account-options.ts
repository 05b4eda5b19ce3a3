/**
 * Options of accounts: those that Keystone knows, of which none is taken that would not be kept.
 *
 * `immutable` protects a role, a project or a domain from everything but being made mutable again. Of the options of users,
 * `lock_password` keeps them from setting their own, and the two about factors say which ways of proving who they are must come
 * together. The others suspend what does not happen here in the first place: no password ends, and nobody is locked out for long.
 */
import type { Json, JsonObject } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'
import type { AuthMethod, Kept } from './accounts.ts'

const ofUsers: readonly string[] = [
  'ignore_change_password_upon_first_use',
  'ignore_password_expiry',
  'ignore_lockout_failure_attempts',
  'ignore_user_inactivity',
  'lock_password',
  'multi_factor_auth_enabled',
]
const factorRules = 'multi_factor_auth_rules'
const ways: readonly AuthMethod[] = ['password', 'token', 'application_credential']

/** Why these are no options of a user, or of what can be immutable; null when they are. */
export function wrongOption(kind: 'user' | 'other', options: JsonObject): string | null {
  for (const [name, value] of Object.entries(options)) {
    if (kind === 'user' && name === factorRules) {
      if (value !== null && !isRules(value)) return `${name} must be a list of lists of methods`
      continue
    }
    const known = kind === 'user' ? ofUsers : ['immutable']
    if (!known.includes(name)) return `there is no option ${name}`
    if (value !== null && typeof value !== 'boolean') return `${name} must be a boolean or null`
  }
  return null
}

/** What is kept after a change: what was not spoken of stays, and null takes an option away. */
export function keeping(known: Kept, change: Partial<Kept>): Kept {
  const options = Object.entries({ ...known.options, ...change.options })
  return {
    extra: { ...known.extra, ...change.extra },
    options: Object.fromEntries(options.filter(([, value]) => value !== null)),
  }
}

/** @throws `forbidden` for any change of what is immutable, but the one that makes it mutable and nothing else. */
export function refuseChangeOfImmutable<Change extends Partial<Kept>>(
  what: string,
  id: string,
  known: Kept,
  change: Change,
): void {
  if (known.options['immutable'] !== true) return
  const { extra = {}, options = {}, ...rest } = change
  const released = options['immutable'] === null || options['immutable'] === false
  const nothingElse = Object.keys(rest).length === 0 && Object.keys(extra).length === 0
  if (released && nothingElse && Object.keys(options).length === 1) return
  throw problem(
    'forbidden',
    `Unable to update immutable ${what} resource: \`${id}. Set resource option "immutable" to false first.`,
  )
}

/** @throws `forbidden` */
export function refuseEndOfImmutable(what: string, id: string, { options }: Kept): void {
  if (options['immutable'] !== true) return
  throw problem(
    'forbidden',
    `Unable to delete immutable ${what} resource: \`${id}. Set resource option "immutable" to false first.`,
  )
}

/** Whether the ways in which a user was proven are enough of them. Ways that nobody can go here do not count. */
export function enoughFactors({ options }: Kept, gone: readonly AuthMethod[]): boolean {
  const asked = options[factorRules]
  if (options['multi_factor_auth_enabled'] === false || !isRules(asked)) return true
  const rules = asked
    .map((rule) => ways.filter((way) => rule.includes(way)))
    .filter((rule) => rule.length > 0)
  return rules.length === 0 || rules.some((rule) => rule.every((way) => gone.includes(way)))
}

function isRules(value: Json | undefined): value is readonly (readonly string[])[] {
  return (
    Array.isArray(value) &&
    value.every(
      (rule) =>
        Array.isArray(rule) && rule.length > 0 && rule.every((way) => typeof way === 'string'),
    )
  )
}
