/** The matrix as a whole: nothing is forgotten, nothing is said twice, and the lists of what is missing only shrink. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rows } from './rows.ts'
import { notApplicable, pending } from './status.ts'
import { keptRows } from './tally.ts'

const listed = [...pending, ...notApplicable].flatMap(({ ids }) => ids)

test('every row of the failure matrix is tested, or is on a list that says why not', () => {
  const known = new Set([...keptRows(), ...listed])
  assert.deepEqual(
    Object.keys(rows).filter((id) => !known.has(id)),
    [],
  )
})

test('the lists of what is not tested name rows that there are, each once, and none that is tested', () => {
  const kept = keptRows()
  assert.equal(new Set(listed).size, listed.length)
  assert.deepEqual(
    listed.filter((id) => rows[id] === undefined),
    [],
  )
  assert.deepEqual(
    listed.filter((id) => kept.has(id)),
    [],
    'take these off the list',
  )
})

test('there are as many rows as the matrix has', () => {
  assert.equal(Object.keys(rows).length, 299)
})
