/**
 * Routes as data.
 *
 * A route has a name by which changes speak of it, a policy rule, the schemas of its query and its body in their newest form,
 * and a handler of a few lines. Actions (`POST /servers/{id}/action` with one key in the body) are routes too: the key is part
 * of what finds them.
 */
import type { Static, TSchema } from 'typebox'
import type { RequestContext } from '../../app/context.ts'
import type { ComputeContext } from '../../app/compute-context.ts'
import type { Identity } from '../../domain/identity.ts'
import type { Rule } from '../../domain/policy.ts'
import type { Params } from '../http/router.ts'
import type { Behaviour, DocumentName, Wire } from './change.ts'
import type { Links } from './links.ts'
import type { Reply } from './replies.ts'
import { anyQuery } from './schemas/queries.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import type { Facts } from './views.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The API at the version that the client asked for. */
export type Api = {
  has(behaviour: Behaviour): boolean
  /** The document of this name at this version. */
  show<D extends DocumentName>(name: D, facts: Facts[D]): Wire
}

/** The query's parameters, those that the schema knows. */
export type Query = {
  /** The last value given, as text. */
  one(name: string): string | undefined
  all(name: string): readonly string[]
  readonly names: readonly string[]
}

export type Call<Body> = {
  readonly ctx: ComputeContext
  readonly who: Identity
  readonly request: RequestContext
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly api: Api
  readonly links: Links
}

export type Route = {
  readonly name: string
  /** The route whose schemas and statuses it shares, when that is another one. */
  readonly speaksAs?: string
  readonly method: Method
  readonly path: string
  /** The body's only key, when it is an action. */
  readonly action: string | null
  readonly policy: Rule | null
  /**
   * Who asks the policy table: the door, before anything is looked up, or the use-case, once it has found the object. Objects
   * of other projects must look as if they did not exist, so what has an owner is judged by the use-case.
   */
  readonly judge: 'door' | 'use-case'
  readonly query: JsonSchema
  readonly request: JsonSchema | null
  readonly handler: (call: Call<unknown>) => Promise<Reply>
}

type Given<S extends TSchema> = {
  readonly name: string
  readonly method: Method
  readonly path: string
  readonly query?: JsonSchema
  readonly request?: S
  readonly handler: (call: Call<Static<S>>) => Promise<Reply>
} & Judged

/** `policy` is asked at the door, `policyWithin` by the use-case. */
type Judged =
  | { readonly policy: Rule | null; readonly policyWithin?: never }
  | { readonly policyWithin: Rule; readonly policy?: never }

export function route<S extends TSchema>(given: Given<S>): Route {
  return made(given, null)
}

/** An action on what the path names: the body is an object with this one key, and the schema is that of the whole body. */
export function action<S extends TSchema>(
  key: string,
  given: Omit<Given<S>, 'method'> & Judged,
): Route {
  return made({ ...given, method: 'POST' }, key)
}

function made<S extends TSchema>(given: Given<S>, key: string | null): Route {
  return {
    name: given.name,
    method: given.method,
    path: given.path,
    action: key,
    policy: given.policy ?? given.policyWithin ?? null,
    judge: given.policyWithin === undefined ? 'door' : 'use-case',
    query: given.query ?? anyQuery,
    // A TypeBox schema is a JSON schema; and the body that reaches the handler has passed it.
    request: (given.request as JsonSchema | undefined) ?? null,
    handler: given.handler as Route['handler'],
  }
}

/** A line for each route: the list is the documentation. */
export function describeRoute(each: Route): string {
  return `${each.method} ${each.path}${each.action === null ? '' : ` ${each.action}`}`
}
