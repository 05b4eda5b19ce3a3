import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastPeriodBefore } from './audit-period.ts'

const before = (text: string): readonly string[] => {
  const { start, end } = lastPeriodBefore(Date.parse(text))
  return [start, end].map((at) => new Date(at).toISOString().slice(0, 10))
}

test('the last period is the month before, also in January', () => {
  assert.deepEqual(before('2026-03-15T12:00:00Z'), ['2026-02-01', '2026-03-01'])
  assert.deepEqual(before('2026-01-15T12:00:00Z'), ['2025-12-01', '2026-01-01'])
})

test('at the very end of a month it is not over yet', () => {
  assert.deepEqual(before('2026-03-01T00:00:00Z'), ['2026-01-01', '2026-02-01'])
  assert.deepEqual(before('2026-03-01T00:00:01Z'), ['2026-02-01', '2026-03-01'])
  assert.deepEqual(before('2026-01-01T00:00:00Z'), ['2025-11-01', '2025-12-01'])
})
