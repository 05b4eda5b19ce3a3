/**
 * Whatever is sent to Placement over HTTP is answered, and never with a failure of ours.
 *
 * Requests are nearly right, so that they come far, and they meet each other: what one makes the next one trips over. In the end
 * the sums must still be right.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { openServer } from '../../src/api/http/server.ts'
import { placementRoutes } from '../../src/api/placement/routes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { derivedUuid, randomIds } from '../../src/lib/ids.ts'
import { silentLog } from '../../src/lib/log.ts'
import { wrongSums } from '../../src/store/audit/contradictions.ts'
import { openTestPlacement } from '../support/placement.ts'
import { testDatabases } from '../support/stores.ts'
import { odd, valuesOf } from './schema-values.ts'

const ids = ['a', 'b', 'c', 'd'].map((word) => derivedUuid('bad-input', word))
const names = ['VCPU', 'DISK_GB', 'CUSTOM_A', 'CUSTOM_B', 'HW_CPU_X86_AVX2', 'INSTANCE']
const pool = { ids, names }

type Sent = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

const oddText = odd.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
const mostly = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: other, weight: 1 })

const idSegment = mostly(fc.constantFrom(...ids), oddText)
const nameSegment = mostly(fc.constantFrom(...names), oddText)
const term = fc.constantFrom(...names, ...ids)
const value = mostly(
  fc.oneof(
    fc
      .array(fc.tuple(term, fc.constantFrom('', ':1', ':2', ':9999')), {
        minLength: 1,
        maxLength: 3,
      })
      .map((terms) => terms.map((parts) => parts.join('')).join(',')),
    fc.tuple(fc.constantFrom('', '!', 'in:', '!in:'), term).map((parts) => parts.join('')),
    fc.constantFrom('1', '1000', 'none', 'isolate', '_A', '_A,_B', 'VCPU:1', 'DISK_GB:1'),
  ),
  oddText,
)
const anyParameter = fc.constantFrom('resources', 'limit', 'project_id', 'same_subtree', 'x', '')

/** A parameter that the route knows, with or without the suffix of a group. */
function parameterOf(route: (typeof placementRoutes)[number]): fc.Arbitrary<string> {
  const plain = Object.keys(route.query?.properties ?? {})
  const grouped = Object.keys(route.query?.patternProperties ?? {}).flatMap((pattern) => {
    const stem = /^\^(\w+)/.exec(pattern)?.[1] ?? ''
    return ['', '', '1', '_A', '_B'].map((suffix) => stem + suffix)
  })
  const known = [...plain, ...grouped]
  return known.length === 0 ? anyParameter : mostly(fc.constantFrom(...known), anyParameter)
}

function queryFor(route: (typeof placementRoutes)[number]): fc.Arbitrary<string> {
  const some = fc
    .array(fc.tuple(parameterOf(route), value), { maxLength: 4 })
    .map((pairs) => pairs.map((pair) => pair.map(encoded).join('=')).join('&'))
  return route.query === undefined ? mostly(fc.constant(''), some) : some
}

const headers = fc.record({
  'openstack-api-version': mostly(
    fc.oneof(
      fc.constant('placement 1.39'),
      fc.nat({ max: 39 }).map((minor) => `placement 1.${minor}`),
    ),
    fc.constantFrom('placement 9.9', 'placement x', 'placement', 'compute 2.1', ','),
  ),
  accept: mostly(fc.constant('*/*'), fc.constantFrom('text/html', 'text/plain', ';;q=x')),
  'content-type': mostly(
    fc.constant('application/json'),
    fc.constantFrom('text/plain', ';', 'a/b'),
  ),
})

/** What deletes comes once for three that make something, or there would be little to ask about. */
const routes = placementRoutes.flatMap((route) =>
  route.method === 'DELETE' ? [route] : [route, route, route],
)

const sent: fc.Arbitrary<Sent> = fc.constantFrom(...routes).chain((route) => {
  const path = fc
    .tuple(idSegment, nameSegment)
    .map(([id, name]) =>
      route.path.replace(/\{\w*uuid\}/, encoded(id)).replace(/\{\w+\}/, encoded(name)),
    )
  const json = route.body === undefined ? fc.constant(null) : valuesOf(route.body, pool).map(textOf)
  const garbage = fc.constantFrom('', '{', '[[', 'null', '"x"', '{"a":1}}', '\u0000')
  return fc.record({
    method: mostly(fc.constant<string>(route.method), fc.constantFrom('GET', 'PUT', 'PATCH')),
    path: fc
      .tuple(path, queryFor(route))
      .map(([plain, asked]) => (asked === '' ? plain : `${plain}?${asked}`)),
    headers,
    body: mostly(json, garbage),
  })
})

/** Half a surrogate cannot be percent-encoded; as a question mark it is still odd. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function textOf(json: unknown): string {
  return JSON.stringify(json)
}

/** Some providers with something to claim. */
const beginning: readonly Sent[] = ids.slice(0, 3).flatMap((id, i) => {
  const given = { 'openstack-api-version': 'placement 1.39', 'content-type': 'application/json' }
  const inventories = { VCPU: { total: 8 }, DISK_GB: { total: 8 } }
  const stocked = { resource_provider_generation: 0, inventories }
  const place = `/resource_providers/${id}/inventories`
  const made = { name: `host${i}`, uuid: id }
  return [
    { method: 'POST', path: '/resource_providers', headers: given, body: textOf(made) },
    { method: 'PUT', path: place, headers: given, body: textOf(stocked) },
  ]
})

for (const { name, open } of testDatabases()) {
  test(`${name}: no request, however odd, is answered with a failure of ours`, async (t) => {
    const store = await open(t)
    const placement = await openTestPlacement({}, store)
    const server = await openServer({
      services: [{ mount: '', service: placement.service }],
      host: '127.0.0.1',
      port: 0,
      clock: systemClock,
      ids: randomIds,
      log: silentLog,
    })
    const agent = new Agent({ keepAlive: true })
    t.after(async () => {
      agent.destroy()
      await server.close()
      await placement.close()
    })
    for (const sending of beginning) await ask(server.port, agent, sending)
    const answered = new Map<number, number>()

    await fc.assert(
      fc.asyncProperty(sent, async (each) => {
        const { status, type, text } = await ask(server.port, agent, each)
        answered.set(status, (answered.get(status) ?? 0) + 1)
        ok(status >= 200 && status < 500, `${each.method} ${each.path}: ${status} ${text}`)
        if (type.startsWith('application/json') && text !== '') checkJson(status, text)
      }),
      { numRuns: name === 'sqlite' ? 1_500 : 400, endOnFailure: true },
    )

    // It came as far as to write, to conflict and to be refused.
    for (const status of [200, 201, 204, 400, 404, 409]) ok(answered.has(status), `${status}`)
    deepEqual(await store.read(async (reader) => await wrongSums(reader)), [])
  })
}

function checkJson(status: number, text: string): void {
  const document = JSON.parse(text) as { readonly errors?: readonly Record<string, unknown>[] }
  if (status < 400) return
  equal(document.errors?.length, 1)
  equal(document.errors?.[0]?.['status'], status)
  equal(typeof document.errors?.[0]?.['detail'], 'string')
}

async function ask(
  port: number,
  agent: Agent,
  { method, path, headers: given, body }: Sent,
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  return await new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method,
        path,
        headers: {
          ...given,
          'x-auth-token': 'admin',
          ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () => {
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            text: Buffer.concat(parts).toString(),
          })
        })
      },
    )
    asked.on('error', reject)
    asked.end(body ?? undefined)
  })
}
