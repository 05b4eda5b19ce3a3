/** The list of mistakes follows the sources: one whose place has gone would be made by nobody, and nobody would notice. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { mistakes } from './mistakes/all.ts'
import { hasItsPlace } from './mistakes/mistake.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('every mistake still has its place in the sources', () => {
  const lost = mistakes.filter((each) => !hasItsPlace(root, each))

  assert.deepEqual(
    lost.map(({ file, why }) => `${file}: ${why}`),
    [],
  )
})

test('no two mistakes have the same name, by which it is kept what caught them', () => {
  assert.equal(new Set(mistakes.map(({ why }) => why)).size, mistakes.length)
})

test('of every mistake, and of no other, it is kept what caught it', () => {
  const kept = readFileSync(new URL('caught.json', import.meta.url), 'utf8')

  // Written by `npm run mutate -- --note`.
  const names = Object.keys(JSON.parse(kept) as object)

  assert.deepEqual(
    names.toSorted((one, other) => one.localeCompare(other)),
    mistakes.map(({ why }) => why).toSorted((one, other) => one.localeCompare(other)),
  )
})
