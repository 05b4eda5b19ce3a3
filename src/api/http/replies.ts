/** Writing an `HttpReply` to Node's response, or to a bare socket when there is no response to write to. */
import { pipeline } from 'node:stream/promises'
import type { ServerResponse } from 'node:http'
import { titleOf } from './problems.ts'
import type { HttpReply } from './service.ts'

type Bytes = string | Buffer | null
export type HeaderLines = Record<string, string | string[] | number>

/** Sends it. Rejects when it cannot be written as HTTP, or when a streamed body fails or its reader leaves half-way. */
export async function sendReply(
  response: ServerResponse,
  reply: HttpReply,
  extra: HeaderLines,
): Promise<void> {
  const { body } = reply
  if (reply.sent !== undefined) response.once('close', reply.sent)
  if (isStream(body)) {
    response.writeHead(reply.status, { ...extra, ...mutable(reply.headers) })
    // A HEAD has no body: the source is closed without being read.
    if (response.req.method === 'HEAD') {
      await body[Symbol.asyncIterator]().return?.()
      response.end()
    } else await pipeline(body, response)
    return
  }
  const bytes = bytesOf(body)
  response.writeHead(reply.status, { ...headLines(reply, bytes), ...extra })
  if (bytes === null) response.end()
  else response.end(bytes)
}

/** The same as the text of a whole HTTP response after which the connection is closed. */
export function replyText(reply: HttpReply, extra: HeaderLines): string {
  const bytes = isStream(reply.body) ? null : bytesOf(reply.body)
  const lines = Object.entries({
    ...headLines(reply, bytes),
    ...extra,
    Connection: 'close',
  }).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${name}: ${each}`),
  )
  const head = [`HTTP/1.1 ${reply.status} ${titleOf(reply.status)}`, ...lines].join('\r\n')
  return `${head}\r\n\r\n${bytes?.toString() ?? ''}`
}

function headLines(reply: HttpReply, bytes: Bytes): HeaderLines {
  const headers = mutable(reply.headers)
  if (bytes === null) {
    return reply.status === 204 || reply.status === 304
      ? headers
      : { 'Content-Length': 0, ...headers }
  }
  const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
  // JSON is what nearly everything is; a service that sends another kind says so.
  const type = hasHeader(headers, 'content-type') ? {} : { 'Content-Type': 'application/json' }
  return { ...type, 'Content-Length': length, ...headers }
}

function bytesOf(body: Exclude<HttpReply['body'], AsyncIterable<Uint8Array | string>>): Bytes {
  if (body === undefined) return null
  return Buffer.isBuffer(body) ? body : JSON.stringify(body)
}

function isStream(body: HttpReply['body']): body is AsyncIterable<Uint8Array | string> {
  return body !== undefined && Symbol.asyncIterator in body
}

function hasHeader(headers: HeaderLines, name: string): boolean {
  for (const key in headers)
    if (key.length === name.length && key.toLowerCase() === name) return true
  return false
}

/** Node wants lists of headers to be mutable arrays; it does not change them. */
function mutable(headers: HttpReply['headers']): HeaderLines {
  return headers === undefined ? {} : (headers as Record<string, string | string[]>)
}
