import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem } from '../../lib/problem.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import { flag, list, map, name, object, oneOf, orNull, text, uuid, whole } from './schemas/parts.ts'
import { anyText, countText, many, query } from './schemas/queries.ts'
import { openValidation } from './validation.ts'

const validation = openValidation()
// A TypeBox schema is a JSON schema.
const schema = object(
  { name, flavorRef: text({ minLength: 1 }) },
  {
    count: whole({ minimum: 1, maximum: 9 }),
    force: flag,
    kind: oneOf('a', 'b'),
    id: uuid,
    note: orNull(text()),
    tags: list(text(), { maxItems: 2 }),
    metadata: map(text({ maxLength: 5 })),
  },
) as unknown as JsonSchema

const complaint = (body: unknown): string => {
  try {
    validation.judgeBody(schema, body)
    return ''
  } catch (thrown) {
    if (isProblem(thrown, 'invalid')) return thrown.message
    throw thrown
  }
}
const good = { name: 'n', flavorRef: 'f' }

test('what is wrong is said in the words that clients know', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [null, "None is not of type 'object'"],
    [{ name: 'n' }, "'flavorRef' is a required property"],
    [{ ...good, x: 1 }, "Additional properties are not allowed ('x' was unexpected)"],
    [
      { ...good, name: 1 },
      "Invalid input for field/attribute name. Value: 1. 1 is not of type 'string'",
    ],
    [{ ...good, name: '' }, "Invalid input for field/attribute name. Value: . '' is too short"],
    [
      { ...good, name: ' n' },
      "Invalid input for field/attribute name. Value:  n. An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    ],
    [
      { ...good, count: 0 },
      'Invalid input for field/attribute count. Value: 0. 0 is less than the minimum of 1',
    ],
    [
      { ...good, count: '10' },
      "Invalid input for field/attribute count. Value: 10. '10' is greater than the maximum of 9",
    ],
    [
      { ...good, count: 'x' },
      "Invalid input for field/attribute count. Value: x. 'x' does not match '^[0-9]+$'",
    ],
    [
      { ...good, count: 1.5 },
      "Invalid input for field/attribute count. Value: 1.5. 1.5 is not of type 'integer', 'string'",
    ],
    [
      { ...good, kind: 'c' },
      "Invalid input for field/attribute kind. Value: c. 'c' is not one of ['a', 'b']",
    ],
    [{ ...good, id: 'x' }, "Invalid input for field/attribute id. Value: x. 'x' is not a 'uuid'"],
    [
      { ...good, note: 1 },
      "Invalid input for field/attribute note. Value: 1. 1 is not of type 'string', 'null'",
    ],
    [
      { ...good, tags: ['a', 'b', 'c'] },
      "Invalid input for field/attribute tags. Value: ['a', 'b', 'c']. ['a', 'b', 'c'] is too long",
    ],
    [
      { ...good, metadata: { k: 1 } },
      "Invalid input for field/attribute k. Value: 1. 1 is not of type 'string'",
    ],
    [
      { ...good, metadata: { 'a;b': '1' } },
      "Invalid input for field/attribute metadata. Value: {'a;b': '1'}. 'a;b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'",
    ],
  ]
  for (const [body, words] of cases) assert.equal(complaint(body), words)
})

test('numbers and booleans that come as text leave as what was meant', () => {
  const body = { ...good, count: '7', force: 'On' }
  validation.judgeBody(schema, body)
  assert.deepEqual(body, { ...good, count: 7, force: true })
})

test('a query is judged by the values of each of its parameters', () => {
  const strict = query({ limit: many(countText), name: many(anyText) })
  const known = validation.judgeQuery(strict, new URLSearchParams('limit=1&name=a&name=b'))
  assert.deepEqual(
    [...known],
    [
      ['limit', ['1']],
      ['name', ['a', 'b']],
    ],
  )
  assert.throws(() => validation.judgeQuery(strict, new URLSearchParams('limit=-1')), {
    message: "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'",
  })
  assert.throws(() => validation.judgeQuery(strict, new URLSearchParams('zzz=1')), {
    message: "Additional properties are not allowed ('zzz' was unexpected)",
  })
  const tolerant = { ...strict, additionalProperties: true }
  assert.deepEqual([...validation.judgeQuery(tolerant, new URLSearchParams('zzz=1'))], [])
})

test('a value that no database can keep is refused', () => {
  const any = query({ name: many(anyText) })
  assert.throws(() => validation.judgeQuery(any, new URLSearchParams({ name: 'a\0b' })), {
    kind: 'invalid',
  })
})

test('a value of any depth can be quoted', () => {
  let deep: unknown = 'x'
  for (let i = 0; i < 10_000; i += 1) deep = [deep]
  assert.match(complaint({ ...good, name: deep }), /\.\.\./)
})
