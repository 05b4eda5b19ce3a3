/**
 * What Node says of a request, as the `HttpRequest` that services get.
 *
 * Whatever not every service looks at (query, joined headers, the signal) is made when it is first asked for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpRequest } from './service.ts'

export type RequestFacts = {
  readonly mount: string
  readonly path: string
  readonly query: string
  readonly origin: string
  readonly requestId: string
}

export function requestOf(
  message: IncomingMessage,
  response: ServerResponse,
  facts: RequestFacts,
  content: { readonly body: Buffer; readonly stream?: AsyncIterable<Uint8Array> },
): HttpRequest {
  let query: URLSearchParams | null = null
  let headers: Readonly<Record<string, string>> | null = null
  let signal: AbortSignal | null = null
  return {
    method: message.method ?? 'GET',
    path: facts.path,
    mount: facts.mount,
    origin: facts.origin,
    requestId: facts.requestId,
    globalRequestId: globalIdOf(message.headers['x-openstack-request-id']),
    remoteAddress: message.socket.remoteAddress ?? '',
    ...content,
    get query() {
      return (query ??= new URLSearchParams(facts.query))
    },
    get headers() {
      return (headers ??= joinedHeaders(message))
    },
    get signal() {
      return (signal ??= hangUpSignal(response))
    },
  }
}

/** Splits a request target into path and query. An absolute one (`http://host/path`) loses its host. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const local = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const mark = local.indexOf('?')
  return mark < 0
    ? { path: local, query: '' }
    : { path: local.slice(0, mark), query: local.slice(mark + 1) }
}

/** A host that may stand in a link: a name or an address, perhaps with a port, and nothing else. */
export function isPlainHost(host: string): boolean {
  return host.length <= 262 && /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/.test(host)
}

export function globalIdOf(sent: string | string[] | undefined): string | null {
  const form = /^req-[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
  return typeof sent === 'string' && form.test(sent) ? sent : null
}

/** Node joins repeated headers itself, but for the few that it makes lists of. */
function joinedHeaders(message: IncomingMessage): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) joined[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return joined
}

function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const hungUp = (): void => {
    if (!response.writableFinished) controller.abort(new Error('the caller hung up'))
  }
  if (response.destroyed) hungUp()
  else response.once('close', hungUp)
  return controller.signal
}
