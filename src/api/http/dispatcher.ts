/**
 * Takes each request to the service mounted at its path, and brings the reply back.
 *
 * Whatever cannot be read, or makes a service throw, is refused in the form of the service that was asked.
 */
import type { ConnectionError } from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { asProblem, problem } from '../../lib/problem.ts'
import { collectBody, hasBody, noBody } from './bodies.ts'
import type { Collected } from './bodies.ts'
import { plainRefusal, refusalOf } from './problems.ts'
import { replyText, sendReply } from './replies.ts'
import { globalIdOf, isPlainHost, requestOf, splitTarget } from './requests.ts'
import type { HttpLimits, HttpServerOptions, Mount } from './server.ts'
import type { HttpReply, HttpRequest, Refusal, Service } from './service.ts'
import { refusalOfUnreadable } from './unreadable.ts'

/** Takes each request to its service and back. */
export class Dispatcher {
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
    const answered = {
      mount,
      method: message.method ?? '',
      path: withoutSecrets(path),
      status,
      tookMs: performance.now() - startedAt,
      requestId,
    }
    const { traceparent } = message.headers
    this.#options.onAnswered?.({
      ...answered,
      ...(typeof traceparent === 'string' ? { traceparent } : {}),
    })
    const globalRequestId = globalIdOf(message.headers['x-openstack-request-id'])
    this.#options.log.info('a request was answered', { ...answered, globalRequestId })
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
        const where = mount + withoutSecrets(path)
        const fields = { requestId, method, path: where, ...causeOf(refusal.problem) }
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

/** A token of a console is part of a path; nothing else that is secret is. */
function withoutSecrets(path: string): string {
  return path.replace(/(os-console-auth-tokens\/).+/, '$1[cut]')
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
