/** What is kept of a request about an account besides the fields that mean something: the rest of them, and options. */
import type { Extra, Kept } from '../../domain/accounts.ts'
import { wrongOption } from '../../domain/account-options.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, object } from '../http/fields.ts'

/** These say something wherever they stand, so that nothing of that name is kept; least of all a password. */
const reserved: readonly string[] = [
  'id',
  'links',
  'enabled',
  'domain_id',
  'options',
  'password',
  'original_password',
  'password_expires_at',
]
/** What one account may be described with, as JSON. */
const longest = 65_535

const ofKinds = {
  user: ['name', 'description', 'email', 'default_project_id'],
  group: ['name', 'description'],
  project: ['name', 'description', 'parent_id', 'is_domain', 'tags'],
  domain: ['name', 'description', 'is_domain', 'tags', 'parent_id'],
  role: ['name', 'description'],
  // What the others have columns for, an endpoint has among what is kept; so does a service, but for its name.
  service: ['type', 'name'],
  endpoint: ['service_id', 'interface', 'region', 'region_id', 'url'],
  region: ['description', 'parent_region_id'],
} as const
type Kind = keyof typeof ofKinds
type WithOptions = 'user' | 'project' | 'domain' | 'role'

export function extraIn(kind: Kind, body: JsonObject): Extra {
  const taken = [...reserved, ...ofKinds[kind]]
  const extra = Object.fromEntries(Object.entries(body).filter(([name]) => !taken.includes(name)))
  if (JSON.stringify(extra).length > longest) throw bad(kind, 'too much is said of it')
  return { extra }
}

/** For a new account: null, which takes an option away, keeps none. */
export function keptIn(kind: WithOptions, body: JsonObject): Kept {
  const { options = {}, ...rest } = keptChange(kind, body)
  const given = Object.entries(options).filter(([, value]) => value !== null)
  return { ...rest, options: Object.fromEntries(given) }
}

export function keptChange(kind: WithOptions, body: JsonObject): Extra & Partial<Kept> {
  const options = object(body, 'options')
  if (options === undefined) return extraIn(kind, body)
  const wrong = wrongOption(kind === 'user' ? 'user' : 'other', options)
  if (wrong !== null) throw bad('options', wrong)
  return { ...extraIn(kind, body), options }
}
