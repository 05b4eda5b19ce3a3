/** Whatever comes in, the answer is one: null characters, huge numbers, odd text, what is nested where nothing nests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import type { Route } from '../../src/api/compute/route.ts'
import { routes, stateOf } from '../../src/api/compute/routes.ts'
import { sampleOf } from '../oracle/variations.ts'
import { computeApi } from '../support/compute-api.ts'
import { furnish } from '../support/furnished-cloud.ts'
import type { Furnished } from '../support/furnished-cloud.ts'

const history = openHistory(changes)
const asked = routes.filter((route) => stateOf(route) === 'works' && route.speaksAs === undefined)

/** Texts that have broken something somewhere. */
const texts = [
  '',
  ' ',
  'a\0b',
  ' name ',
  '\u00a0name\u2003',
  '\ud800',
  '\uffff',
  '\u202eevil',
  'ｎａｍｅ',
  '👩‍👩‍👧‍👦',
  'a\r\nX-Injected: yes',
  "'; DROP TABLE servers; --",
  '%00',
  '../../etc/passwd',
  '${jndi:ldap://a}',
  '(a+)+$',
  '[',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
  '-0',
  '1e400',
  'NaN',
  '9223372036854775808',
  '0x10',
  '2026-02-30T25:61:61Z',
]

const scalars: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...texts),
  fc.constantFrom<unknown>(2 ** 31, 2 ** 53, -(2 ** 53), 1e308, -1e308, 1e21, 0.1, -0, -1),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], { a: {} }, [null], { '': '' }),
  fc.constantFrom<unknown>({ __proto__: { a: 1 } }, JSON.parse('{"__proto__": {"admin": true}}')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.bigInt().map(String),
)

/** The body with one thing in it, or all of it, replaced. */
function spoiled(body: unknown, at: number, by: unknown): unknown {
  if (typeof body !== 'object' || body === null) return by
  const entries = Object.entries(body)
  const [key, value] = entries[at % Math.max(1, entries.length)] ?? []
  if (key === undefined) return by
  // Two in three go on down, so that the leaves get most of it.
  const next = at % 3 === 0 ? by : spoiled(value, Math.floor(at / 3), by)
  return Array.isArray(body) ? body.with(Number(key), next) : { ...body, [key]: next }
}

function pathOf(route: Route, furnished: Furnished, at: number): string {
  const [path] = furnished.pathsOf(route.path)
  const found = path === undefined ? route.path : path(at).replace(/\{\w+\}/g, furnished.server)
  return found.split('?')[0] ?? found
}

const wish = fc.record({
  route: fc.constantFrom(...asked),
  bite: scalars,
  where: fc.nat(1000),
  into: fc.constantFrom('body', 'body', 'body', 'path', 'query'),
  as: fc.constantFrom('admin', 'member'),
  old: fc.boolean(),
})

test('nothing that is asked makes it fail', async (t) => {
  const api = await computeApi(t, { audited: false })
  const furnished = await furnish(api)
  await fc.assert(
    fc.asyncProperty(wish, async ({ route, bite, where, into, as, old }) => {
      const { from, until } = history.lifeOf(route.name)
      const at = (old ? from : until) ?? (old ? 1 : history.newest)
      const schema = route.request === null ? null : history.request(route.name, route.request, at)
      const sample = schema === null ? undefined : sampleOf(schema)
      const body = into === 'body' && sample !== undefined ? spoiled(sample, where, bite) : sample
      const text = encodeURIComponent(toWellFormed(bite))
      const plain = pathOf(route, furnished, at)
      const path =
        into === 'path' ? plain.replace(/\/[^/]*$/, `/${text === '' ? '%20' : text}`) : plain
      const names = Object.keys(route.query.properties ?? {})
      const name = names[where % Math.max(1, names.length)] ?? 'limit'
      const query = into === 'query' ? `?${name}=${text}&${text}=1` : ''
      const raw = body === undefined ? {} : { body: JSON.stringify(body) }
      const { status } = await api.ask(route.method, path + query, { at, as, ...raw })
      const isAnswer = status < 500 || status === 501 || status === 503
      assert(isAnswer, `${describeRoute(route)} at 2.${at} answered ${status}`)
    }),
    { numRuns: 1500, seed: Number(process.env['BERTH_HOSTILE_SEED'] ?? 1) },
  )
})

/** A path or query is text of whole characters. */
function toWellFormed(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()
}
