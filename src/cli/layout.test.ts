/** Columns and paragraphs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { duration, paragraph, table, width } from './layout.ts'

test('texts stand left, numbers right, and the head above them', () => {
  const rows = [
    ['host1', 4, 'up'],
    ['h2', 128, 'down'],
  ]
  assert.deepEqual(table(['host', 'VCPU', 'state'], rows, 2), [
    '  host   VCPU  state',
    '  host1     4  up',
    '  h2      128  down',
  ])
})

test('a head of nothing is left out', () => {
  assert.deepEqual(table(['', ''], [['a', 'b']]), ['a  b'])
})

test('the last column is wrapped below itself', () => {
  const [first, second, ...rest] = table(['', ''], [['id', 'word '.repeat(30).trim()]])
  assert.ok((first?.length ?? 0) <= width)
  assert.match(second ?? '', /^ {4}word/)
  assert.deepEqual(rest, [])
})

test('styles take no room', () => {
  const rows = [
    ['\u001b[31mred\u001b[39m', 'x'],
    ['plain', 'y'],
  ]
  assert.deepEqual(table(['', ''], rows), ['\u001b[31mred\u001b[39m    x', 'plain  y'])
})

test('law: a paragraph keeps its words, and no line is too long unless a word is', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,100}$/), { minLength: 1 })
  fc.assert(
    fc.property(words, fc.integer({ min: 0, max: 20 }), (some, indent) => {
      const lines = paragraph(some.join(' '), indent)
      assert.equal(lines.map((line) => line.slice(indent)).join(' '), some.join(' '))
      for (const line of lines) assert.ok(line.length <= width || !line.trim().includes(' '))
    }),
  )
})

test('durations are told in the unit that fits', () => {
  const told = [0.4, 999, 1000, 9999, 61_000, 600_000, 7_200_000, 400_000_000].map(duration)
  assert.deepEqual(told, ['0 ms', '999 ms', '1.0 s', '10.0 s', '61 s', '10 min', '2 h', '5 d'])
})
