import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withInferred } from './role-inferences.ts'

const rule = (prior: string, implied: string) => ({ prior, implied })

test('a role brings what it implies, and what that implies', () => {
  const rules = [rule('a', 'b'), rule('b', 'c'), rule('x', 'y')]
  assert.deepEqual([...withInferred(['a'], rules)], ['a', 'b', 'c'])
  assert.deepEqual([...withInferred(['b'], rules)], ['b', 'c'])
})

test('rules that lead in a circle end', () => {
  const rules = [rule('a', 'b'), rule('b', 'a')]
  assert.deepEqual([...withInferred(['b'], rules)].toSorted(), ['a', 'b'])
})
