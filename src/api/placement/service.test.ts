import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import * as fc from 'fast-check'
import { openTestPlacement } from '../../../test/support/placement.ts'
import { derivedUuid } from '../../lib/ids.ts'
import type { HttpReply } from '../http/service.ts'
import { placementHistory } from './changes.ts'
import { placementRoutes } from './routes.ts'

const placement = await openTestPlacement()
after(async () => await placement.close())

const host = derivedUuid('placement-service', 'host')

type Asking = { readonly version?: string; readonly headers?: Readonly<Record<string, string>> }

/** What a request is answered with; a body that is text is sent as it is. */
async function ask(
  method: string,
  target: string,
  body?: unknown,
  { version = '1.39', headers = {} }: Asking = {},
): Promise<HttpReply> {
  const { pathname, searchParams } = new URL(target, 'http://placement')
  const bytes = typeof body === 'string' ? body : JSON.stringify(body ?? null)
  return await placement.service.answer({
    method,
    path: pathname,
    query: searchParams,
    headers: {
      'x-auth-token': 'admin',
      'openstack-api-version': `placement ${version}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(bytes),
    origin: 'http://placement',
    mount: '',
    requestId: 'req-1',
    globalRequestId: null,
    signal: new AbortController().signal,
  })
}

/** A JSON answer. */
function read(reply: HttpReply): unknown {
  const { body } = reply
  return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : body
}

await ask('POST', '/resource_providers', { name: 'host', uuid: host })
await ask('PUT', `/resource_providers/${host}/inventories`, {
  resource_provider_generation: 0,
  inventories: { VCPU: { total: 8 } },
})

test('an error is a list of one, with a code from 1.23 on', async () => {
  const path = '/resource_providers/nobody'
  const detail =
    'The resource could not be found.\n\n No resource provider with uuid nobody found  '
  const error = { status: 404, title: 'Not Found', detail }
  deepEqual(read(await ask('GET', path)), {
    errors: [{ ...error, code: 'placement.undefined_code', request_id: 'req-1' }],
  })
  deepEqual(read(await ask('GET', path, undefined, { version: '1.22' })), {
    errors: [{ ...error, request_id: 'req-1' }],
  })
})

test('who reads no JSON gets errors as a page or as text', async () => {
  const type = async (accept: string) =>
    (await ask('GET', '/nowhere', undefined, { headers: { accept } })).headers?.['Content-Type']
  match(String(await type('text/html')), /html/)
  match(String(await type('text/plain')), /plain/)
  equal(await type('*/*'), undefined)
})

test('markup in what is asked comes back harmless', async () => {
  const reply = await ask('GET', '/resource_providers/%3Cscript%3E', undefined, {
    headers: { accept: 'text/html' },
  })
  ok(Buffer.isBuffer(reply.body))
  ok(!reply.body.toString().includes('<script>'))
})

test('every version answers every route that it has, and no other', async () => {
  for (let minor = 0; minor <= placementHistory.newest; minor += 1) {
    for (const { name, method, path, missing = 404 } of placementRoutes) {
      if (method !== 'GET') continue
      const twin = placementRoutes.some(
        (other) =>
          other.name !== name &&
          other.path === path &&
          other.method === method &&
          placementHistory.exists(other.name, minor),
      )
      if (twin) continue
      const target = path.replace('{uuid}', host).replace(/\{\w+\}/, 'VCPU')
      const query = name === 'candidates' ? '?resources=VCPU:1' : ''
      const { status } = await ask('GET', `${target}${query}`, undefined, {
        version: `1.${minor}`,
      })
      const known = placementHistory.exists(name, minor)
      if (!known) equal(status, missing, `${name} at 1.${minor}`)
      else ok([200, 204, 400, 404].includes(status), `${name} at 1.${minor}: ${status}`)
    }
  }
})

const word = fc.oneof(
  fc.constantFrom(
    'VCPU',
    'in:',
    '!',
    '!in:',
    ',',
    ':',
    '1',
    '-1',
    '0',
    '1e9',
    host,
    'none',
    'isolate',
  ),
  fc.constantFrom('HW_CPU_X86_AVX2', 'CUSTOM_X', '_A', '_B', '1', '', '%', '__proto__', 'null'),
  fc.string({ maxLength: 8 }),
)
const value = fc.array(word, { maxLength: 5 }).map((words) => words.join(''))
const key = fc.oneof(
  fc.constantFrom('resources', 'required', 'member_of', 'in_tree', 'limit', 'group_policy'),
  fc.constantFrom('resources_A', 'required_A', 'member_of1', 'in_tree_B', 'resources1'),
  fc.constantFrom('same_subtree', 'root_required', 'name', 'uuid', 'associated', 'project_id'),
  fc.constantFrom('consumer_type', '__proto__', 'constructor'),
  fc.string({ maxLength: 5 }),
)
const version = fc.integer({ min: 0, max: 39 }).map((minor) => `1.${minor}`)

test('no query, however odd, is answered with anything but an answer or a 400', async () => {
  const path = fc.constantFrom(
    '/allocation_candidates',
    '/resource_providers',
    '/traits',
    '/usages',
  )
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.array(fc.tuple(key, value), { maxLength: 6 }),
      version,
      async (target, pairs, at) => {
        const query = new URLSearchParams(pairs)
        const reply = await ask('GET', `${target}?${query.toString()}`, undefined, { version: at })
        ok([200, 400, 404].includes(reply.status), `${reply.status}`)
        if (reply.status !== 200) isErrorForm(reply)
      },
    ),
    { numRuns: 1_500 },
  )
})

const named = (name: string, json: fc.Arbitrary<unknown>) =>
  fc.option(json, { nil: undefined }).map((found) => (found === undefined ? [] : [[name, found]]))
const amount = fc.oneof(
  fc.constantFrom<unknown>(1, 2, 8, 9, 0, -1, 1.5, 1e20, 2147483648, null, '1'),
  fc.jsonValue({ maxDepth: 1 }),
)
const resources = fc.dictionary(
  fc.constantFrom('VCPU', 'DISK_GB', 'CUSTOM_NO', 'x', '__proto__'),
  amount,
)
const record = fc
  .tuple(
    named('total', amount),
    named('reserved', amount),
    named('min_unit', amount),
    named('allocation_ratio', fc.oneof(amount, fc.constantFrom<unknown>(-1, 0, 1e39, 16))),
  )
  .map((parts) => Object.fromEntries(parts.flat()) as unknown)
const generation = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(null), amount)
const id = fc.oneof(fc.constant(host), fc.uuid(), value)
const body = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc
    .tuple(
      named('name', value),
      named('uuid', id),
      named('parent_provider_uuid', id),
      named('total', amount),
      named('resource_class', fc.constantFrom('VCPU', 'DISK_GB', 'x')),
      named('traits', fc.array(value, { maxLength: 3 })),
      named('aggregates', fc.array(id, { maxLength: 3 })),
      named('resource_provider_generation', generation),
      named('inventories', fc.dictionary(fc.constantFrom('VCPU', 'DISK_GB', 'x', host), record)),
      named('allocations', fc.dictionary(id, fc.record({ resources }), { maxKeys: 2 })),
      named('project_id', value),
      named('user_id', value),
      named('consumer_generation', generation),
      named('consumer_type', fc.constantFrom('INSTANCE', 'x', '')),
    )
    .chain((parts) => fc.subarray(parts.flat(), { minLength: 0 }))
    .map((entries) => Object.fromEntries(entries) as unknown),
)

test('no body, however odd, is answered with a failure of ours', async () => {
  const routes = placementRoutes.filter(({ method }) => method !== 'GET')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      id,
      body,
      version,
      async ({ method, path }, subject, json, at) => {
        const target = path
          .replace('{uuid}', encodeURIComponent(subject === host ? derivedUuid('x', 'y') : subject))
          .replace('{consumer_uuid}', encodeURIComponent(subject))
          .replace(/\{\w+\}/, 'CUSTOM_X')
        const reply = await ask(method, target, json, { version: at })
        ok(reply.status < 500, `${method} ${target}: ${reply.status}`)
        if (reply.status >= 400) isErrorForm(reply)
      },
    ),
    { numRuns: 1_500 },
  )
})

test('what is no JSON at all is refused as such', async () => {
  for (const text of ['', '{', '{"a":1}}', '\u0000', '[['.repeat(10_000), '"\ud800"']) {
    const reply = await ask('POST', '/resource_providers', text)
    equal(reply.status, 400)
    isErrorForm(reply)
  }
})

test('a character that no database keeps is refused, wherever it stands', async () => {
  equal((await ask('POST', '/resource_providers', { name: 'a\u0000b' })).status, 400)
  equal((await ask('POST', '/resource_providers', { name: 'a\\u0000b' })).status, 200)
  equal((await ask('GET', '/resource_providers?name=a%00')).status, 400)
  equal((await ask('GET', '/traits/a%00')).status, 400)
})

test('a request with more combinations than can be tried is answered all the same, and says so', async () => {
  const root = derivedUuid('placement-service', 'crowded')
  await ask('POST', '/resource_providers', { name: 'crowded', uuid: root })
  for (let i = 0; i < 12; i += 1) {
    const uuid = derivedUuid('placement-service', `crowded ${i}`)
    await ask('POST', '/resource_providers', {
      name: `crowded ${i}`,
      uuid,
      parent_provider_uuid: root,
    })
    await ask('PUT', `/resource_providers/${uuid}/inventories`, {
      resource_provider_generation: 0,
      inventories: { SRIOV_NET_VF: { total: 4 } },
    })
  }
  const groups = Array.from(
    { length: 13 },
    (_, i) => `resources_${i}=SRIOV_NET_VF:${i < 12 ? 3 : 2}`,
  )

  const reply = await ask('GET', `/allocation_candidates?group_policy=none&${groups.join('&')}`)

  equal(reply.status, 200)
  equal(reply.headers?.['Berth-Truncated'], 'true')
  deepEqual(read(reply), { allocation_requests: [], provider_summaries: {} })
})

function isErrorForm(reply: HttpReply): void {
  const { errors } = read(reply) as { errors: { status: number; title: string; detail: string }[] }
  equal(errors.length, 1)
  equal(errors[0]?.status, reply.status)
  equal(typeof errors[0]?.detail, 'string')
}
