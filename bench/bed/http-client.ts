/**
 * A small HTTP client that keeps its connections and has a fixed number of them.
 *
 * The same one measures Berth and its peers, so what it costs itself cancels out of every comparison.
 */
import { Agent, request } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'

export type Answer = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

export type Ask = {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: unknown
  /** Statuses that are not taken for a failure. */
  readonly accepts?: readonly number[]
}

export type HttpClient = {
  /** @throws when the answer is not the expected one, or there is none in time. */
  ask(path: string, ask?: Ask): Promise<Answer>
  /** Reads an answer that has no end, piece by piece, until `close`. */
  listen(path: string, headers: OutgoingHttpHeaders, piece: (text: string) => void): Promise<void>
  close(): void
}

const timeoutMs = 60_000

export function httpClient(origin: string, connections: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const open = new Set<() => void>()
  return {
    ask: async (path, { method = 'GET', headers = {}, body, accepts = [] } = {}) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const typed = body === undefined ? {} : { 'content-type': 'application/json' }
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(text) }
      return await new Promise<Answer>((resolve, reject) => {
        const asked = request(
          `${origin}${path}`,
          { agent, method, timeout: timeoutMs, headers: { ...headers, ...typed, ...length } },
          (answer) => {
            const parts: Buffer[] = []
            answer.on('data', (part: Buffer) => parts.push(part))
            answer.on('error', reject)
            answer.on('end', () => {
              const status = answer.statusCode ?? 0
              const said = Buffer.concat(parts).toString()
              if (status < 300 || accepts.includes(status)) {
                resolve({ status, headers: answer.headers, text: said })
              } else {
                reject(new Error(`${method} ${path}: ${status} ${said.slice(0, 500)}`))
              }
            })
          },
        )
        asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer in time`)))
        asked.on('error', reject)
        asked.end(text)
      })
    },
    listen: async (path, headers, piece) => {
      await new Promise<void>((resolve, reject) => {
        // Not of the pool: it would keep one of its connections for ever.
        const asked = request(`${origin}${path}`, { headers, agent: false }, (answer) => {
          answer.setEncoding('utf8')
          answer.on('data', piece)
          answer.on('error', () => open.delete(end))
          resolve()
        })
        const end = (): void => {
          asked.destroy()
        }
        asked.on('error', reject)
        asked.end()
        open.add(end)
      })
    },
    close: () => {
      for (const end of open) end()
      agent.destroy()
    },
  }
}
