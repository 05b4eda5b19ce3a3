import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes } from '../../src/api/compute/changes.ts'
import { openHistory } from '../../src/api/compute/history.ts'
import { describeRoute } from '../../src/api/compute/route.ts'
import { routes } from '../../src/api/compute/routes.ts'
import type { JsonSchema } from '../../src/api/compute/schemas/json-schema.ts'
import { openValidation } from '../../src/api/compute/validation.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { missing, minorOf, operations, takes } from './nova-schemas.ts'
import type { Band, Operation } from './nova-schemas.ts'
import { everyLeaf, sampleOf, variations } from './variations.ts'

const history = openHistory(changes)
const validation = openValidation()

const ours = new Map(routes.map((route) => [describeRoute(route), route]))
const theirs = operations().filter(({ removed }) => !removed)

test(
  'every route of Nova that still exists is a route of ours, with the same life',
  { skip: missing },
  () => {
    for (const operation of theirs) {
      const key = keyOf(operation)
      if (operation.route === '/' || operation.route === '/versions/{id}') continue
      const route = ours.get(key)
      assert(route !== undefined, `${key} is missing`)
      const { from, until } = history.lifeOf(route.name)
      const life = {
        from: Math.max(1, minorOf(operation.min, 1)),
        until: minorOf(operation.max, history.newest),
      }
      assert.deepEqual({ from: from ?? 1, until: until ?? history.newest }, life, key)
    }
  },
)

for (const operation of theirs) {
  const key = keyOf(operation)
  const route = ours.get(key)
  // What speaks as another route is judged as that one.
  if (route === undefined || route.speaksAs !== undefined) continue
  const { name } = route
  const bodies = (operation.request_body ?? []).filter(hasSchema)
  if (bodies.length > 0 && route.request !== null) {
    const { request } = route
    test(
      `the body of ${key} is judged as Nova judges it, at every version`,
      { skip: missing },
      () => {
        const differences = new Set<string>()
        for (const band of bodies) {
          for (const [index, at] of edges(band).entries()) {
            if (at === 0 || !history.exists(route.name, at)) continue
            const schema = history.request(name, request, at)
            // One end of a band is tried with everything, the other with enough to see that it is the same.
            const leaves = everyLeaf.filter((_, leaf) => index === 0 || leaf % 9 === 0)
            for (const body of variations(sampleOf(band.schema), leaves)) {
              // Of an action there is never more than its key.
              if (route.action !== null && !hasOneKey(body)) continue
              compare(differences, at, band.schema, body, () =>
                validation.judgeBody(schema, structuredClone(body)),
              )
            }
          }
        }
        assert.deepEqual([...differences], [])
      },
    )
  }
  const queries = (operation.request_query ?? []).filter(hasSchema)
  if (queries.length > 0) {
    test(
      `the query of ${key} is judged as Nova judges it, at every version`,
      { skip: missing },
      () => {
        const differences = new Set<string>()
        for (const band of queries) {
          for (const at of edges(band)) {
            if (at === 0 || !history.exists(route.name, at)) continue
            const schema = history.query(name, route.query, at)
            for (const query of queriesFor(band.schema)) {
              const text = new URLSearchParams([...query])
              const lists: Record<string, string[]> = {}
              for (const [parameter, value] of query) (lists[parameter] ??= []).push(value)
              compare(differences, at, band.schema, lists, () =>
                validation.judgeQuery(schema, text),
              )
            }
          }
        }
        assert.deepEqual([...differences], [])
      },
    )
  }
}

function compare(
  differences: Set<string>,
  at: number,
  schema: JsonSchema,
  value: unknown,
  judge: () => unknown,
): void {
  const expected = takes(schema, value)
  const complaint = complaintOf(judge)
  if (expected === (complaint === null)) return
  const shown = JSON.stringify(value)
  const verdict = expected ? `we refuse: ${complaint}` : 'we take it'
  const difference = `2.${at} ${shown.length > 300 ? `${shown.slice(0, 300)}…` : shown}: ${verdict}`
  if (differences.size < 8) differences.add(difference)
}

function complaintOf(judge: () => unknown): string | null {
  try {
    judge()
    return null
  } catch (thrown) {
    if (isProblem(thrown, 'invalid')) return thrown.message
    throw thrown
  }
}

/** Every parameter with values of many kinds, twice, and one that there is not. */
function* queriesFor(schema: JsonSchema): Generator<readonly [string, string][]> {
  yield []
  yield [['surprise', '1']]
  yield [['_private', '1']]
  const values = [
    '',
    'a',
    '1',
    '0',
    '-1',
    '1.5',
    'asc',
    'true',
    'maybe',
    '2026-01-02T00:00:00Z',
    '[',
    'name',
    'rxtx_factor',
    'vcpus',
    'locked',
    'host',
    'uuid',
    'architecture',
    '9'.repeat(30),
    'a b',
    ' a',
  ]
  for (const parameter of Object.keys(schema.properties ?? {})) {
    for (const value of values) {
      yield [[parameter, value]]
      yield [
        [parameter, value],
        [parameter, '1'],
      ]
    }
  }
}

/** The first and the last version of a band. */
function edges({ min, max }: Band): readonly number[] {
  return [...new Set([minorOf(min, 1), minorOf(max, history.newest)])]
}

function hasOneKey(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.keys(body).length === 1
}

function hasSchema(band: Band): band is Band & { readonly schema: JsonSchema } {
  return band.schema !== null
}

function keyOf({ method, route, action }: Operation): string {
  return `${method} ${route}${action === null ? '' : ` ${action}`}`
}
