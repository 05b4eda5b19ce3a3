/** Routes as data: a name by which changes speak of it, a rule, the schemas in their newest form, a handler of a few lines. */
import type { PlacementContext } from '../../app/placement/context.ts'
import type { Identity } from '../../domain/identity.ts'
import type { PlacementRule, PlacementTarget } from '../../domain/placement/policy.ts'
import type { Instant } from '../../lib/clock.ts'
import type { Params } from '../http/router.ts'
import type { JsonBody } from '../http/service.ts'
import type { CandidateWriter } from './candidate-writer.ts'
import type { Behaviour, DocumentName, Wire } from './change.ts'
import type { JsonSchema } from './schemas/json-schema.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** The API at the version that the client asked for. */
export type Api = {
  has(behaviour: Behaviour): boolean
  /** The document of this name at this version. */
  show(name: DocumentName, document: Wire): Wire
}

export type Call<Body> = {
  readonly ctx: PlacementContext
  readonly api: Api
  readonly params: Params
  readonly query: URLSearchParams
  readonly body: Body
  /** What stands before every path that this answers. */
  readonly mount: string
  readonly settings: PlacementSettings
  readonly writer: CandidateWriter
}

export type PlacementSettings = {
  readonly candidates?: {
    /** How many steps a query may take. */
    readonly workMax?: number
    /** How many there may be in an answer; null for as many as are asked for. */
    readonly countMax?: number | null
    /** Whether they come in a random order. */
    readonly shuffled?: boolean
  }
}

export type Reply = {
  readonly status: number
  readonly body?: JsonBody | Buffer
  /** Called when nobody reads the body any more. */
  readonly sent?: () => void
  /** A path, below the mount. */
  readonly location?: string
  /** When what is shown last changed; who is asked for what is so now says 'now'. */
  readonly modifiedAt?: Instant | 'now'
  readonly headers?: Readonly<Record<string, string>>
}

export type Route = {
  readonly name: string
  readonly method: Method
  readonly path: string
  /** Null needs no token. */
  readonly rule: PlacementRule | null
  readonly target?: (who: Identity, query: URLSearchParams) => PlacementTarget
  readonly query?: JsonSchema
  readonly body?: JsonSchema
  /** What the parts of the path must look like, where that is judged like a body. */
  readonly names?: JsonSchema
  /** Looks for what the path names. That it is not there is said before what is wrong with the body. */
  readonly subject?: (ctx: PlacementContext, params: Params) => Promise<unknown>
  /** The status at versions that do not know the route; 404 unless said otherwise. */
  readonly missing?: number
  /** Whether it answers with JSON, so that a client has to accept that. */
  readonly answersJson: boolean
  readonly handler: (call: Call<unknown>) => Promise<Reply>
}

type Given<Body> = Omit<Route, 'handler' | 'answersJson'> & {
  readonly answersJson?: boolean
  readonly handler: (call: Call<Body>) => Promise<Reply>
}

/** `Body` is what the schema lets pass; saying so is this function's only doing. */
export function route<Body>(given: Given<Body>): Route {
  return {
    answersJson: given.method === 'GET' && given.rule !== null,
    ...given,
    // A body reaches the handler after it has passed the route's schema.
    handler: given.handler as Route['handler'],
  }
}

export function noContent(): Reply {
  return { status: 204 }
}
