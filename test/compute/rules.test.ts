/** A rule that is in the table and is never asked protects nothing: operators would be told of a right that nobody has to have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policy } from '../../src/domain/policy.ts'
import { sourcesIn } from '../support/sources.ts'

/** Rules about what this cloud does not have. */
const idle: Readonly<Record<string, string>> = {
  'compute:server:topology:host:index': 'guests have no NUMA nodes, hence none on a host',
}

test('every rule of the table is asked somewhere', () => {
  const codes = sourcesIn(['src'])
    .filter(({ path }) => path !== 'src/domain/policy.ts' && !path.endsWith('.test.ts'))
    .map(({ code }) => code)
  const unasked = Object.keys(policy).filter(
    (rule) => !codes.some((code) => code.includes(`'${rule}'`)),
  )
  assert.deepEqual(unasked, Object.keys(idle))
})
