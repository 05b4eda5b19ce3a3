/** Berth's own API, asked without a network. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { fakeCloud } from '../../../test/support/fake-cloud.ts'
import type { FakeCloud, FakeCloudOptions } from '../../../test/support/fake-cloud.ts'
import { byFixedToken } from '../../app/identity/noauth.ts'
import { asProblem } from '../../lib/problem.ts'
import { refusalOf } from '../http/problems.ts'
import type { HttpReply, HttpRequest, Service } from '../http/service.ts'
import { adminService } from './service.ts'
import type { AdminApi } from './service.ts'

type Asking = {
  readonly body?: unknown
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}
// Tests look into documents of every form.
// oxlint-disable-next-line typescript/no-explicit-any
type Document = any

type Answer = {
  readonly status: number
  readonly body: Document
  readonly headers: HttpReply['headers']
}

class Admin {
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

type Sent = { readonly id: string; readonly event: string; readonly data: Document }

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

async function admin(
  t: TestContext,
  options: FakeCloudOptions = {},
  given: Partial<AdminApi> = {},
): Promise<Admin> {
  return new Admin(await fakeCloud(t, options), given)
}

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }
const plugTimeout = {
  faults: [{ on: 'finish_migration', host: 'host2', raise: 'VirtualInterfaceCreateException' }],
}

test('a fault plan is put in force, counts what it strikes, and is taken away again', async (t) => {
  const api = await admin(t)
  const put = await api.ask('PUT', '/faults', { body: plugTimeout })
  assert.equal(put.status, 200)
  assert.deepEqual(put.body.faults, [{ ...plugTimeout.faults[0], matched: 0, struck: 0 }])

  const server = await api.cloud.boot(small, 'host1')
  await api.cloud.resize(server, large)
  const { body } = await api.ask('GET', '/faults')
  assert.deepEqual(body.faults, [{ ...plugTimeout.faults[0], matched: 1, struck: 1 }])

  assert.deepEqual((await api.ask('PUT', '/faults', { body: { faults: [] } })).body, { faults: [] })
})

const badPlans: readonly (readonly [why: string, plan: unknown, message: RegExp])[] = [
  ['no JSON', '{"faults": [', /not valid JSON/],
  ['a list', [], /must be a JSON object/],
  ['no list of faults', {}, /faults must be a list/],
  ['another key', { faults: [], fault: 1 }, /the plan has the unknown key "fault"/],
  ['an unknown verb', { faults: [{ on: 'finish', raise: 'A' }] }, /faults\[0\]\.on must be one of/],
  ['no blow', { faults: [{ on: 'spawn' }] }, /faults\[0\] must have exactly one of raise, hang/],
  ['a wrong number', { faults: [{ on: 'spawn', raise: 'A', times: 0 }] }, /faults\[0\]\.times/],
]
for (const [why, plan, message] of badPlans) {
  test(`a fault plan with ${why} is refused, and the old one stays in force`, async (t) => {
    const api = await admin(t)
    await api.ask('PUT', '/faults', { body: plugTimeout })
    const { status, body } = await api.ask('PUT', '/faults', { body: plan })
    assert.equal(status, 400)
    assert.deepEqual(
      { ...body.error, message: '' },
      { code: 400, kind: 'invalid', title: 'Bad Request', message: '' },
    )
    assert.match(body.error.message, message)
    assert.equal((await api.ask('GET', '/faults')).body.faults.length, 1)
  })
}

const doors = [
  ['GET', '/faults'],
  ['PUT', '/faults'],
  ['GET', '/hosts'],
  ['GET', '/hosts/host1/guests'],
  ['GET', '/operations'],
  ['GET', '/explain?vcpus=1'],
  ['GET', '/audit'],
] as const
for (const [method, target] of doors) {
  test(`${method} ${target} is for admins only`, async (t) => {
    const api = await admin(t)
    assert.equal((await api.ask(method, target, { token: null })).status, 401)
    const { status, body } = await api.ask(method, target, { token: 'ann', body: 'no JSON' })
    assert.equal(status, 403)
    assert.equal(body.error.kind, 'forbidden')
  })
}

test('what is not there is told from what is asked for in a wrong way', async (t) => {
  const api = await admin(t)
  assert.equal((await api.ask('GET', '/nothing')).status, 404)
  assert.equal((await api.ask('GET', '/hosts/host9/guests')).status, 404)
  const wrong = await api.ask('DELETE', '/faults')
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers?.['Allow'], 'GET, PUT')
  assert.equal((await api.ask('GET', '/operations?sever=1')).status, 400)
})

test('hosts show what is believed of them beside what is really there', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  const { body } = await api.ask('GET', '/hosts')
  const [host1, host2] = body.hosts
  assert.equal(host1.name, 'host1')
  assert.equal(host1.up, true)
  assert.equal(host1.resources.MEMORY_MB.used, 512)
  assert.equal(host1.guests, 1)
  assert.equal(host2.resources.MEMORY_MB.used, 0)
  assert.equal(host2.guests, 0)

  const { guests } = (await api.ask('GET', '/hosts/host1/guests')).body
  assert.deepEqual(
    guests.map(({ server: id, role, power, memory_mb }: Record<string, unknown>) => [
      id,
      role,
      power,
      memory_mb,
    ]),
    [[server, 'guest', 'running', 512]],
  )
})

test('a failed resize can be read step by step, with what was done about it', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  await api.ask('PUT', '/faults', { body: plugTimeout })
  await api.cloud.resize(server, large)
  const { operations } = (await api.ask('GET', `/operations?server=${server}`)).body
  assert.deepEqual(
    operations.map(({ name, state }: Record<string, unknown>) => [name, state]),
    [
      ['server.resize', 'failed'],
      ['server.build', 'succeeded'],
    ],
  )
  const [resize] = operations
  assert.match(resize.problem.message, /Virtual Interface/)
  assert.equal(resize.step, null)
  for (const step of resize.steps) {
    assert.ok(Date.parse(step.finished_at) >= Date.parse(step.started_at), step.name)
  }
  const [failed, settled] = resize.steps.slice(-2)
  assert.deepEqual(
    [failed.name, failed.act, failed.outcome, failed.host],
    ['guestFinished', 'do', 'failed', 'host2'],
  )
  assert.deepEqual([settled.name, settled.act, settled.outcome], ['left', 'settle', 'done'])
})

test('an operation that cannot go on says at which step, since when and why', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  await api.ask('PUT', '/faults', { body: { faults: [{ on: 'power_off', hang: true }] } })
  const began = Date.now()
  const stopping = api.cloud.stop(server)
  const [operation] = await underWay(
    api,
    (operations) => operations[0]?.step?.name === 'poweredOff',
  )
  assert.equal(operation.name, 'server.stop')
  assert.equal(operation.server, server)
  assert.equal(operation.backwards, false)
  assert.ok(Date.parse(operation.since) >= began)
  assert.equal(operation.ended_at, null)
  await api.ask('PUT', '/faults', { body: { faults: [] } })
  await stopping
  assert.deepEqual((await api.ask('GET', '/operations')).body, { operations: [] })
})

/** Asks for the operations under way until they are as they should be. */
async function underWay(
  api: Admin,
  asWanted: (operations: Answer['body']) => boolean,
): Promise<Answer['body']> {
  for (;;) {
    const { operations } = (await api.ask('GET', '/operations')).body
    if (asWanted(operations)) return operations
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a request that fits nowhere is explained by host, counted, and with what would help', async (t) => {
  const tiny = { vcpus: 4, memoryMb: 4096, diskGb: 100 }
  const api = await admin(t, {
    hosts: [
      { name: 'host1', ...tiny },
      { name: 'host2', ...tiny },
    ],
  })
  const { status, body } = await api.ask('GET', '/explain?vcpus=2&memory_mb=6144&disk_gb=1')
  assert.equal(status, 200)
  assert.deepEqual(body.fits, [])
  assert.equal(body.outcome, 'It fits on none of 2 hosts.')
  assert.deepEqual(body.reasons, [
    { kind: 'resources', text: 'too small for 6 144 MB of memory', hosts: 2 },
  ])
  assert.deepEqual(body.near_misses, [
    {
      hosts: ['host1', 'host2'],
      lacks: { MEMORY_MB: 2048 },
      text: '2 hosts lack 2 048 MB of memory',
    },
  ])
  assert.equal(
    body.smallest_change.request.text,
    'With at most 4 096 MB of memory it would fit on host1.',
  )
  assert.equal(body.smallest_change.hosts, null)
  assert.deepEqual(body.rejected[0], {
    host: 'host1',
    reasons: [
      {
        kind: 'resources',
        resource_class: 'MEMORY_MB',
        needed: 6144,
        free: 4096,
        total: 4096,
        text: 'it has 4096 MEMORY_MB in all, 6144 are needed',
      },
    ],
  })
})

test('a request that fits is told where it would go, and nothing is claimed', async (t) => {
  const api = await admin(t)
  const flavor = await api.cloud.flavor(small)
  const { body } = await api.ask('GET', `/explain?flavor=${flavor}&host=host2`)
  assert.deepEqual(body.fits, ['host2'])
  assert.deepEqual(body.request.resources, { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 })
  assert.deepEqual(body.reasons, [
    { kind: 'not-named', text: 'not host2, the only one asked for', hosts: 1 },
  ])
  assert.deepEqual(await api.cloud.used('host2'), {})
})

const badQuestions = [
  ['', /Say what is needed/],
  ['vcpus=many', /vcpus takes a whole number, not "many"/],
  ['vcpus=1&vcpus=2', /vcpus may be given once/],
  ['ram=1', /Unknown query parameter "ram"/],
  ['resource=gold', /CLASS:AMOUNT/],
  ['resource=CUSTOM_GOLD:-1', /whole number/],
  ['flavor=none', /no flavor none/],
] as const
for (const [query, message] of badQuestions) {
  test(`explain refuses "${query}" with a reason`, async (t) => {
    const api = await admin(t)
    const { status, body } = await api.ask('GET', `/explain?${query}`)
    assert.equal(status, 400)
    assert.match(body.error.message, message)
  })
}

test('an audit hands on what was found, with what the invariant says', async (t) => {
  const found = {
    invariant: 'A2' as const,
    subject: 's1',
    says: 'holds 1 VCPU on host1',
    facts: { host: 'host1' },
  }
  const api = await admin(t, {}, { audit: async () => [found] })
  const { violations } = (await api.ask('GET', '/audit')).body
  assert.deepEqual(violations, [
    {
      invariant: 'A2',
      meaning: 'A server without a host holds nothing',
      subject: 's1',
      message: 'holds 1 VCPU on host1',
      facts: { host: 'host1' },
    },
  ])
})

test('only a cloud that can be reset is', async (t) => {
  const profiles: (string | null)[] = []
  const reset = async (profile: string | null): Promise<void> => void profiles.push(profile)
  const api = await admin(t, {}, { reset })
  assert.equal((await api.ask('POST', '/reset', { token: null })).status, 204)
  assert.equal((await api.ask('POST', '/reset?profile=bare')).status, 204)
  assert.deepEqual(profiles, [null, 'bare'])
  assert.equal((await new Admin(api.cloud).ask('POST', '/reset')).status, 403)
})

test('events tell an operation step by step, and go on from any of them', async (t) => {
  const api = await admin(t)
  const ended = ({ data }: Sent): boolean => data.what === 'ended'
  const following = api.follow('/events', ended)
  const server = await api.cloud.create(small)
  const events = await following

  assert.equal(events[0]?.data.server, server)
  const operation = events.filter(({ event }) => event === 'operation').map(({ data }) => data)
  assert.deepEqual([operation[0]?.what, operation[0]?.name], ['started', 'server.build'])
  assert.ok(operation.some(({ what, step }) => what === 'step' && step.title !== ''))
  assert.deepEqual([operation.at(-1)?.what, operation.at(-1)?.state], ['ended', 'succeeded'])
  const states = events.filter(({ event }) => event === 'server').map(({ data }) => data.status)
  assert.deepEqual([states[0], states.at(-1)], ['BUILD', 'ACTIVE'])

  for (const [index, { id }] of events.slice(0, -1).entries()) {
    const rest = events.slice(index + 1)
    assert.deepEqual(await api.follow(`/events?after=${id}`, ended), rest)
    assert.deepEqual(await api.follow('/events', ended, { headers: { 'last-event-id': id } }), rest)
  }
})

test('a stream ends when the caller hangs up, and when the server closes', async (t) => {
  const api = await admin(t)
  const caller = new AbortController()
  const hungUp = api.follow('/events', () => false, { signal: caller.signal })
  const closed = api.follow('/events', () => false)
  caller.abort()
  assert.deepEqual(await hungUp, [])
  api.closing.abort()
  assert.deepEqual(await closed, [])
})

test('tenants see events of their own project only, and no hosts', async (t) => {
  const api = await admin(t)
  const ann = { token: 'ann:project-1' }
  const bob = { token: 'bob:project-2' }
  const own = api.follow('/events', ({ data }) => data.what === 'ended', ann)
  const foreign = api.follow('/events', () => false, bob)
  await api.cloud.boot(small, 'host1')
  const events = await own
  assert.ok(events.some(({ data }) => data.status === 'ACTIVE'))
  assert.ok(events.every(({ data }) => !('host' in data) || data.host === null))
  assert.doesNotMatch(JSON.stringify(events), /host1/)
  api.closing.abort()
  assert.deepEqual(await foreign, [])
})

test('what is no id of an event is refused', async (t) => {
  const api = await admin(t)
  for (const after of ['x', '1', '1.2.3', '-1.0', '9'.repeat(20) + '.0']) {
    assert.equal((await api.ask('GET', `/events?after=${after}`)).status, 400)
  }
})
