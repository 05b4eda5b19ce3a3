/** What `POST /v3/auth/tokens` says: how somebody proves who they are, and where they want to act. */
import type { DomainRef, Named, Proof, Scope } from '../../app/identity/login.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad, flag, neededObject, neededText, object, own, text, texts } from '../http/fields.ts'

/** Longer than anybody's password; what is longer is only meant to keep scrypt busy. */
const secretMax = 4096

export function readAuth(body: JsonObject): {
  readonly proofs: readonly Proof[]
  readonly scope: Scope
} {
  const auth = neededObject(body, 'auth')
  const identity = neededObject(auth, 'identity')
  const methods = texts(identity, 'methods') ?? []
  if (methods.length === 0 || methods.length > 4) throw bad('methods', 'it needs one item or more')
  return { proofs: methods.map((method) => readProof(identity, method)), scope: readScope(auth) }
}

function readProof(identity: JsonObject, method: string): Proof {
  switch (method) {
    case 'password': {
      const user = neededObject(neededObject(identity, 'password'), 'user')
      return {
        kind: 'password',
        user: readNamed(user, 'user'),
        password: secretOf(user, 'password'),
      }
    }
    case 'token':
      return { kind: 'token', text: secretOf(neededObject(identity, 'token'), 'id') }
    case 'application_credential': {
      const credential = neededObject(identity, 'application_credential')
      const secret = secretOf(credential, 'secret')
      const id = text(credential, 'id')
      if (id !== undefined) return { kind: 'application_credential', credential: { id }, secret }
      const name = neededText(credential, 'name')
      const user = readNamed(neededObject(credential, 'user'), 'user')
      return { kind: 'application_credential', credential: { name, user }, secret }
    }
    default:
      throw problem('unauthenticated', 'Attempted to authenticate with an unsupported method.')
  }
}

function readScope(auth: JsonObject): Scope {
  const asked = own(auth, 'scope')
  if (asked === undefined) return { kind: 'usual' }
  if (asked === 'unscoped') return { kind: 'unscoped' }
  const scope = neededObject(auth, 'scope')
  if (Object.keys(scope).length !== 1) throw bad('scope', 'it must name one thing')
  const trust = object(scope, 'OS-TRUST:trust')
  if (trust !== undefined) return { kind: 'trust', id: neededText(trust, 'id') }
  const project = object(scope, 'project')
  if (project !== undefined) return { kind: 'project', project: readNamed(project, 'project') }
  const domain = object(scope, 'domain')
  if (domain !== undefined) return { kind: 'domain', domain: readDomain(domain) }
  const system = object(scope, 'system')
  if (system !== undefined) {
    if (flag(system, 'all') !== true) throw bad('all', 'it must be true')
    return { kind: 'system' }
  }
  if (own(scope, 'unscoped') !== undefined) return { kind: 'unscoped' }
  throw bad('scope', 'it must name a project, a domain or the system')
}

function readNamed(parent: JsonObject, what: string): Named {
  const id = text(parent, 'id')
  if (id !== undefined) return { id }
  const name = text(parent, 'name')
  if (name === undefined) throw bad(what, 'it needs an id or a name')
  return { name, domain: readDomain(neededObject(parent, 'domain')) }
}

function readDomain(parent: JsonObject): DomainRef {
  const id = text(parent, 'id')
  return id === undefined ? { name: neededText(parent, 'name') } : { id }
}

function secretOf(parent: JsonObject, name: string): string {
  const value = text(parent, name, { max: secretMax })
  if (value === undefined) throw bad(name, 'it is required')
  return value
}
