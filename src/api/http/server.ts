/**
 * The HTTP server: listens, reads requests within limits, hands each to the service mounted at its path, sends the reply.
 *
 * Fastify keeps connections and closes gracefully. One catch-all route takes everything, because what a path, a body or a
 * content type means is each service's business, and each API has its own way of refusing; nothing of Fastify's own error
 * forms ever reaches a client.
 */
import { fastify } from 'fastify'
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { METHODS } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import { asProblem, problem } from '../../lib/problem.ts'
import { Connections } from './connections.ts'
import { collectBody, hasBody, noBody } from './bodies.ts'
import type { Collected } from './bodies.ts'
import { plainRefusal, refusalOf } from './problems.ts'
import { replyText, sendReply } from './replies.ts'
import { isPlainHost, requestOf, splitTarget } from './requests.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from './service.ts'
import { refusalOfUnreadable } from './unreadable.ts'

/** A service and the prefix it answers below: `/compute`, or empty for the root of the port. */
export type Mount = { readonly mount: string; readonly service: Service }

export type HttpLimits = {
  /** Bytes of a body that is collected, unless its service says otherwise. */
  readonly bodyBytes: number
  /** Bytes of the request line and all headers together. */
  readonly headerBytes: number
  readonly headersMax: number
  /** How long all headers, and then the whole of a collected body, may take to arrive. */
  readonly arrivalMs: number
  /** How long a connection may be silent: within a request, and between two. */
  readonly silenceMs: number
  readonly keepAliveMs: number
  /** How long requests under way may take to finish once the server closes. */
  readonly closingMs: number
}

export const usualLimits: HttpLimits = {
  bodyBytes: 1024 * 1024,
  headerBytes: 32 * 1024,
  headersMax: 200,
  arrivalMs: 30_000,
  silenceMs: 120_000,
  keepAliveMs: 75_000,
  closingMs: 10_000,
}

/** What was answered, for metrics and access logs. */
export type Answered = {
  readonly mount: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly tookMs: number
  readonly requestId: string
}

export type HttpServerOptions = {
  readonly services: readonly Mount[]
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly limits?: Partial<HttpLimits>
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /** Scheme, host and port for links, where clients reach us by another name than the one they put in Host. */
  readonly publicOrigin?: string
  readonly onAnswered?: (answered: Answered) => void
}

export type HttpServer = {
  /** Scheme, address and port it listens on. */
  readonly origin: string
  readonly port: number
  /** Refuses new requests, finishes those under way, and closes. */
  close(): Promise<void>
}

/** @throws `conflict` when the port is taken, `invalid` when the address cannot be listened on. */
export async function openServer(options: HttpServerOptions): Promise<HttpServer> {
  const limits = { ...usualLimits, ...options.limits }
  const dispatcher = new Dispatcher(options, limits)
  const connections = new Connections()
  const app = buildFastify(options, limits, dispatcher, connections)
  await listen(app, options)
  // Listening on TCP has an address of this form; only pipes have another.
  const { port, address, family } = app.server.address() as AddressInfo
  const scheme = options.tls === undefined ? 'http' : 'https'
  const origin = `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  dispatcher.listensAt(options.publicOrigin ?? origin)
  return {
    origin,
    port,
    close: async () => {
      dispatcher.refuseToKeepAlive()
      const cancel = options.clock.after(limits.closingMs, () => app.server.closeAllConnections())
      connections.closeIdle()
      await app.close()
      cancel()
    },
  }
}

function buildFastify(
  options: HttpServerOptions,
  limits: HttpLimits,
  dispatcher: Dispatcher,
  connections: Connections,
): FastifyInstance {
  const dispatch = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack()
    connections.asked(request.raw.socket, reply.raw)
    void dispatcher.dispatch(request.raw, reply.raw)
  }
  const http = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.arrivalMs,
    connectionsCheckingInterval: Math.min(limits.arrivalMs, 5000),
  }
  const app = fastify({
    ...(options.tls === undefined ? { http } : { https: { ...options.tls, ...http } }),
    connectionTimeout: limits.silenceMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    // What comes in over a connection that is busy while we close is answered like the rest.
    return503OnClosing: false,
    // Fastify's router wants decodable paths; services judge for themselves.
    frameworkErrors: (_error, request, reply) => dispatch(request, reply),
    clientErrorHandler: (error, socket) => dispatcher.refuseUnreadable(error, socket),
  }) as FastifyInstance // The type differs by kind of server; what is used here is common to all.
  app.server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
    connections.opened(socket),
  )
  app.server.maxHeadersCount = limits.headersMax
  // CONNECT and upgrades never reach a handler. No method has a body as far as Fastify is concerned: it would judge its
  // content type and size, and that is done here, in the form of the service that is asked.
  const methods = METHODS.filter((method) => method !== 'CONNECT')
  for (const method of methods) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.route({ method: methods, url: '*', exposeHeadRoute: false, handler: dispatch })
  return app
}

async function listen(app: FastifyInstance, { host, port }: HttpServerOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    throw code === 'EADDRINUSE'
      ? problem(
          'conflict',
          `Port ${port} of ${host} is already in use`,
          { host, port },
          { cause: thrown },
        )
      : problem('invalid', `Cannot listen on ${host}:${port}`, { host, port }, { cause: thrown })
  }
}

/** Takes each request to its service and back. */
class Dispatcher {
  readonly #options: HttpServerOptions
  readonly #limits: HttpLimits
  readonly #mounts: readonly Mount[]
  #origin = ''
  #closing = false

  constructor(options: HttpServerOptions, limits: HttpLimits) {
    this.#options = options
    this.#limits = limits
    this.#mounts = options.services.toSorted((a, b) => b.mount.length - a.mount.length)
  }

  listensAt(origin: string): void {
    this.#origin = origin
  }

  refuseToKeepAlive(): void {
    this.#closing = true
  }

  async dispatch(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const requestId = `req-${this.#options.ids.uuid()}`
    const target = splitTarget(message.url ?? '/')
    const mounted = this.#mountOf(target.path)
    const mount = mounted?.mount ?? ''
    const path = target.path.slice(mount.length)
    const facts = { mount, path, query: target.query, origin: this.#originOf(message), requestId }
    let status = 0
    const close = new Set<'close'>()
    try {
      const reply = await this.#answer(message, response, mounted?.service ?? null, facts, close)
      if (reply === null) return
      status = reply.status
      await sendReply(response, reply, this.#commonHeaders(requestId, close.size > 0))
    } catch (thrown) {
      this.#giveUp(response, thrown, requestId)
    }
    this.#options.onAnswered?.({
      mount,
      method: message.method ?? '',
      path,
      status,
      tookMs: performance.now() - startedAt,
      requestId,
    })
  }

  /** Answers what Node could not read as a request, and ends the connection. */
  refuseUnreadable(error: ConnectionError, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    // Node attaches the bytes it could not read; the type does not say which.
    const packet: unknown = error.rawPacket
    const text = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 8192) : ''
    const line = /^[A-Z]+ (\S+)/.exec(text)
    const service = this.#mountOf(splitTarget(line?.[1] ?? '/').path)?.service ?? null
    const reply = this.#refuse(service, refusalOfUnreadable(error.code ?? ''), null)
    const requestId = `req-${this.#options.ids.uuid()}`
    socket.end(replyText(reply, { 'x-openstack-request-id': requestId }))
    // What still arrives is thrown away for a moment, so that the answer is not overtaken by a reset.
    socket.resume()
    this.#options.clock.after(1000, () => socket.destroy())
  }

  async #answer(
    message: IncomingMessage,
    response: ServerResponse,
    service: Service | null,
    facts: Parameters<typeof requestOf>[2],
    close: Set<'close'>,
  ): Promise<HttpReply | null> {
    const request = (body: Buffer): HttpRequest => requestOf(message, response, facts, { body })
    if (service === null) {
      message.resume()
      return plainRefusal(refusalOf(problem('not-found', 'There is nothing at this address')))
    }
    if (!hasBody(message)) return await this.#ask(service, request(noBody))
    if (service.streams?.(message.method ?? '', facts.path) === true) {
      return await this.#ask(
        service,
        requestOf(message, response, facts, { body: noBody, stream: streamOf(message) }),
      )
    }
    const collected = await collectBody(
      message,
      {
        bytes: service.bodyLimitBytes ?? this.#limits.bodyBytes,
        timeoutMs: this.#limits.arrivalMs,
      },
      this.#options.clock,
    )
    if (collected.kind === 'body') return await this.#ask(service, request(collected.body))
    if (collected.kind === 'hung-up') return null
    if (collected.kind === 'too-slow' || !collected.spent) close.add('close')
    return this.#refuse(service, refusalOfBody(collected), request(noBody))
  }

  async #ask(service: Service, request: HttpRequest): Promise<HttpReply> {
    try {
      return await service.answer(request)
    } catch (thrown) {
      const refusal = refusalOf(asProblem(thrown))
      if (refusal.status >= 500) {
        const { requestId, method, mount, path } = request
        const fields = { requestId, method, path: mount + path, ...causeOf(refusal.problem) }
        if (refusal.problem.kind === 'bug') this.#options.log.error('a request failed', fields)
        else this.#options.log.warn('a request could not be served', fields)
      }
      return this.#refuse(service, refusal, request)
    }
  }

  #refuse(service: Service | null, refusal: Refusal, request: HttpRequest | null): HttpReply {
    return service?.refuse?.(refusal, request) ?? plainRefusal(refusal)
  }

  /** The reply could not be sent. Whether anything of it has left already decides what can still be said. */
  #giveUp(response: ServerResponse, thrown: unknown, requestId: string): void {
    const cause = causeOf(asProblem(thrown))
    if (response.headersSent) {
      this.#options.log.debug('a reply was cut off', { requestId, ...cause })
      response.destroy()
      return
    }
    this.#options.log.error('a reply could not be sent', { requestId, ...cause })
    response.writeHead(500, { 'Content-Length': 0, Connection: 'close' }).end()
  }

  #commonHeaders(requestId: string, close: boolean): Record<string, string> {
    return close || this.#closing
      ? { 'x-openstack-request-id': requestId, Connection: 'close' }
      : { 'x-openstack-request-id': requestId }
  }

  #mountOf(path: string): Mount | null {
    for (const each of this.#mounts) {
      const { length } = each.mount
      if (path.startsWith(each.mount) && (path.length === length || path[length] === '/'))
        return each
    }
    return null
  }

  #originOf(message: IncomingMessage): string {
    const { host } = message.headers
    if (this.#options.publicOrigin !== undefined || host === undefined || !isPlainHost(host)) {
      return this.#origin
    }
    return this.#options.tls === undefined ? `http://${host}` : `https://${host}`
  }
}

/** Whoever stops reading early still wants to answer: the connection must not go with the stream. */
function streamOf(message: IncomingMessage): AsyncIterable<Uint8Array> {
  return message.iterator({ destroyOnReturn: false })
}

function refusalOfBody(collected: Collected): Refusal {
  return collected.kind === 'too-slow'
    ? { status: 408, problem: problem('invalid', 'The request took too long to arrive') }
    : { status: 413, problem: problem('invalid', 'The request body is too large') }
}

/** For the log only: what went wrong and where. */
function causeOf(thrown: Error): Record<string, unknown> {
  const origin = thrown.cause instanceof Error ? thrown.cause : thrown
  return { problem: thrown.message, cause: origin.message, stack: origin.stack }
}
