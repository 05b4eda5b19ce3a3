import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson, parseJsonObject } from './json-body.ts'

test('JSON is read as it is', () => {
  assert.deepEqual(parseJson(Buffer.from('{"a": [1, "x]]]\\"[[", null]}')), {
    a: [1, 'x]]]"[[', null],
  })
})

test('what is not JSON, not UTF-8, empty or too deep is invalid', () => {
  const bodies = [
    Buffer.from(''),
    Buffer.from('{'),
    Buffer.from("{'a': 1}"),
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from('['.repeat(1_000_000)),
    Buffer.from(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}`),
  ]
  for (const body of bodies) assert.throws(() => parseJson(body), { kind: 'invalid' })
})

test('brackets inside of strings are no depth', () => {
  assert.equal(parseJson(Buffer.from(JSON.stringify('['.repeat(1000)))), '['.repeat(1000))
})

test('an object is an object, and a key called __proto__ is only a key', () => {
  for (const text of ['[]', 'null', '"x"', '1']) {
    assert.throws(() => parseJsonObject(Buffer.from(text)), { kind: 'invalid' })
  }
  const value = parseJsonObject(Buffer.from('{"__proto__": {"admin": true}}'))
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
})
