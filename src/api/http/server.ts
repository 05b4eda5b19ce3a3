/**
 * The HTTP server: listens, reads requests within limits, hands each to the service mounted at its path, sends the reply.
 *
 * Fastify keeps connections and closes gracefully. One catch-all route takes everything, because what a path, a body or a
 * content type means is each service's business, and each API has its own way of refusing; nothing of Fastify's own error
 * forms ever reaches a client.
 */
import { fastify } from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AddressInfo, Socket } from 'node:net'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import { problem } from '../../lib/problem.ts'
import { Connections } from './connections.ts'
import { Dispatcher } from './dispatcher.ts'
import type { Service } from './service.ts'

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
  /** The caller's trace, if it said one. */
  readonly traceparent?: string | undefined
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
  const methods = knownMethods().filter((method) => method !== 'CONNECT')
  for (const method of methods) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.route({ method: methods, url: '*', exposeHeadRoute: false, handler: dispatch })
  return app
}

/**
 * Whoever imports Node's module asks it for everything that it exports, also for what it loads on demand: a client of the web's
 * kind, of which nothing is used here. That would take 25 ms and 2 MB of each start.
 */
function knownMethods(): readonly string[] {
  return process.getBuiltinModule('node:http').METHODS
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
