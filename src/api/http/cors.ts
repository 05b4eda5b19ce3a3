/**
 * Letting pages of other origins use an API: cross-origin resource sharing, for services that are configured for it.
 *
 * A browser asks beforehand with OPTIONS; the service itself is not asked then. An origin that is not listed gets its answer
 * without the headers that would let the page read it.
 */
import type { HttpReply, HttpRequest, Service } from './service.ts'

export type CorsOptions = {
  /** Origins that may, as browsers spell them; `*` for any. */
  readonly origins: readonly string[]
  readonly allowHeaders: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly maxAgeSeconds?: number
}

const usualMethods = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'PATCH']

export function withCors(service: Service, options: CorsOptions): Service {
  return {
    ...service,
    answer: async (request) => {
      if (request.method === 'OPTIONS' && request.headers['origin'] !== undefined) {
        return { status: 200, headers: beforehand(request, options) }
      }
      return allowed(await service.answer(request), request, options)
    },
    refuse: (refusal, request) => {
      const reply = service.refuse?.(refusal, request) ?? { status: refusal.status }
      return request === null ? reply : allowed(reply, request, options)
    },
  }
}

type Headers = NonNullable<HttpReply['headers']>

function allowed(reply: HttpReply, request: HttpRequest, options: CorsOptions): HttpReply {
  const origin = originOf(request, options)
  if (origin === null) return reply
  const vary = [reply.headers?.['vary'] ?? []].flat()
  return {
    ...reply,
    headers: {
      ...reply.headers,
      vary: [...vary, 'Origin'],
      'Access-Control-Allow-Origin': origin,
      ...(options.exposeHeaders === undefined
        ? {}
        : { 'Access-Control-Expose-Headers': options.exposeHeaders.join(',') }),
    },
  }
}

/** What a browser may do, if it may do what it is about to. */
function beforehand(request: HttpRequest, options: CorsOptions): Headers {
  const origin = originOf(request, options)
  const method = request.headers['access-control-request-method']
  const methods = options.allowMethods ?? usualMethods
  if (origin === null || method === undefined || !methods.includes(method)) return {}
  const wanted = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const may = new Set(options.allowHeaders.map((name) => name.toLowerCase()))
  if (!wanted.every((name) => may.has(name.toLowerCase()))) return {}
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Methods': method,
    ...(wanted.length === 0 ? {} : { 'Access-Control-Allow-Headers': wanted.join(',') }),
    'Access-Control-Max-Age': String(options.maxAgeSeconds ?? 3600),
  }
}

function originOf(request: HttpRequest, { origins }: CorsOptions): string | null {
  const origin = request.headers['origin']
  if (origin === undefined) return null
  return origins.includes(origin) || origins.includes('*') ? origin : null
}
