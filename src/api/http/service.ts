/**
 * What an API is to the HTTP server: a function from a request to a reply.
 *
 * The server parses what HTTP says and no more: whether a body is good JSON, a version known or a token valid is each
 * service's business, because each has its own way of saying no.
 */
import type { Problem } from '../../lib/problem.ts'

export type HttpRequest = {
  readonly method: string
  /** The path below the service's prefix, still percent-encoded, beginning with a slash; empty when it is the prefix itself. */
  readonly path: string
  /** Query parameters in the order they came, decoded; a key may come more than once. */
  readonly query: URLSearchParams
  /** Header values by lower-case name; several lines of one header are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** The whole body; empty when there is none, and when the service takes it as a stream. */
  readonly body: Buffer
  /** The body as it arrives, where the service's `streams` said so. What is not read of it is thrown away. */
  readonly stream?: AsyncIterable<Uint8Array>
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
  /** The address at the other end of the connection. */
  readonly remoteAddress?: string
}

export type HttpReply = {
  readonly status: number
  /** Header values by name as they shall be spelled; a list becomes several lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** An object is sent as JSON; bytes and streams as they are; nothing when absent. */
  readonly body?: JsonBody | Buffer | AsyncIterable<Uint8Array | string>
  /** Called when nobody reads the body any more, so that its memory can be used again. */
  readonly sent?: () => void
}

/** Anything that `JSON.stringify` turns into an object or array. */
export type JsonBody = object

/** Why a request is not answered by the service itself: it could not be read, or the service threw. */
export type Refusal = { readonly status: number; readonly problem: Problem }

export interface Service {
  /**
   * Answers. A problem that it throws becomes a refusal with the status of its kind; anything else is a bug: it is logged, and
   * becomes a 500 without detail.
   */
  answer(request: HttpRequest): Promise<HttpReply>
  /**
   * Puts a refusal in the service's own error form. The request is null when it could not be read as HTTP. Must not throw.
   * Without it refusals are plain JSON.
   */
  refuse?(refusal: Refusal, request: HttpRequest | null): HttpReply
  /** Whether the body of such a request is handed over as a stream of any length instead of being collected. */
  streams?(method: string, path: string): boolean
  /** Bytes that a collected body may have; the server's own limit when absent. */
  readonly bodyLimitBytes?: number
}
