/** Berth's own API over a fake cloud, asked without a network: a request is a value, and so is its answer. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { adminService } from '../../src/api/admin/service.ts'
import type { AdminApi } from '../../src/api/admin/service.ts'
import { refusalOf } from '../../src/api/http/problems.ts'
import type { HttpReply, HttpRequest, Service } from '../../src/api/http/service.ts'
import { byFixedToken } from '../../src/app/identity/noauth.ts'
import { asProblem } from '../../src/lib/problem.ts'
import { fakeCloud } from './fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from './fake-cloud.ts'

export type Asking = {
  readonly body?: unknown
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}
// Tests look into documents of every form.
// oxlint-disable-next-line typescript/no-explicit-any
type Document = any

export type Answer = {
  readonly status: number
  readonly body: Document
  readonly headers: HttpReply['headers']
}

/** The service over a fake cloud. */
export class Admin {
  readonly cloud: FakeCloud
  readonly closing = new AbortController()
  readonly #service: Service

  constructor(cloud: FakeCloud, given: Partial<AdminApi> = {}) {
    this.cloud = cloud
    const guestsOn: AdminApi['simulation']['guestsOn'] = (host) =>
      cloud.hosts.names().includes(host) ? cloud.guests(host) : null
    this.#service = adminService({
      ctx: cloud.cloud.ctx,
      authenticate: byFixedToken,
      simulation: { faults: cloud.faults, guestsOn },
      audit: async () => [],
      healing: cloud.cloud.healing,
      reset: null,
      closing: this.closing.signal,
      ...given,
    })
  }

  async ask(method: string, target: string, asking: Asking = {}): Promise<Answer> {
    const url = new URL(target, 'http://cloud')
    const { body, token = 'admin', headers = {}, signal = new AbortController().signal } = asking
    const request: HttpRequest = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: token === null ? headers : { 'x-auth-token': token, ...headers },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
      origin: url.origin,
      mount: '/berth/v1',
      requestId: 'req-1',
      globalRequestId: null,
      signal,
    }
    let reply: HttpReply | undefined
    try {
      reply = await this.#service.answer(request)
    } catch (thrown) {
      reply = this.#service.refuse?.(refusalOf(asProblem(thrown)), request)
    }
    return { status: reply?.status ?? 0, body: reply?.body, headers: reply?.headers }
  }

  /** Reads a stream of events until it has seen what it waits for. */
  async follow(
    target: string,
    until: (event: Sent, all: readonly Sent[]) => boolean,
    asking: Asking = {},
  ): Promise<readonly Sent[]> {
    const { status, body } = await this.ask('GET', target, asking)
    assert.equal(status, 200)
    const seen: Sent[] = []
    for await (const text of body as AsyncIterable<string>) {
      const event = sentIn(text)
      if (event === null) continue
      seen.push(event)
      if (until(event, seen)) break
    }
    return seen
  }
}

/** An event as it was sent. */
export type Sent = { readonly id: string; readonly event: string; readonly data: Document }

function sentIn(text: string): Sent | null {
  const fields = new Map(
    text
      .split('\n')
      .filter((line) => !line.startsWith(':') && line !== '')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  const data = fields.get('data')
  if (data === undefined) return null
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) }
}

export async function admin(
  t: TestContext,
  options: FakeCloudOptions = {},
  given: Partial<AdminApi> = {},
): Promise<Admin> {
  return new Admin(await fakeCloud(t, options), given)
}
