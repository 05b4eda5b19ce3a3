/**
 * What an API is to the HTTP server: a function from a request to a reply.
 *
 * The server parses what HTTP says and no more: whether a body is good JSON, a version known or a token valid is each
 * service's business, because each has its own way of saying no.
 */

export type HttpRequest = {
  readonly method: string
  /** The path below the service's prefix, still percent-encoded, beginning with a slash; empty when it is the prefix itself. */
  readonly path: string
  /** Query parameters in the order they came, decoded; a key may come more than once. */
  readonly query: URLSearchParams
  /** Header values by lower-case name; several lines of one header are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Where the caller reached us: scheme, host and port, without a path. For links. */
  readonly origin: string
  /** The prefix the service is mounted at, without a trailing slash: `/compute`, or empty at the root of a port. */
  readonly mount: string
  /** `req-<uuid>`, new for each request. */
  readonly requestId: string
  /** The caller's own id for a chain of requests, when it sent one of the right form. */
  readonly globalRequestId: string | null
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal
}

export type HttpReply = {
  readonly status: number
  /** Header values by name as they shall be spelled; a list becomes several lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** An object is sent as JSON; bytes and streams as they are; nothing when absent. */
  readonly body?: JsonBody | Buffer | AsyncIterable<Uint8Array | string>
}

/** Anything that `JSON.stringify` turns into an object or array. */
export type JsonBody = object

export interface Service {
  /** Never rejects for what a client did; what it throws is a bug and becomes a 500 without detail. */
  answer(request: HttpRequest): Promise<HttpReply>
}
