/** Crash matrices: every operation has one, none of its moments does harm, and what does harm is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../../src/operations/registry.ts'
import { cellsOf, pageOf } from '../../src/rehearsal/page.ts'
import { isWrong, rehearse } from '../../src/rehearsal/rehearse.ts'
import type { Matrix, Row } from '../../src/rehearsal/rehearse.ts'
import { operationNamed, scenes } from '../../src/rehearsal/scenes.ts'

const patient = new AbortController().signal

const played = async (operation: string, more: object = {}): Promise<Matrix> =>
  await rehearse({ operation, failing: null, policy: 'leave', ...more }, patient, () => {})

test('every operation has a scene, and every scene is of an operation', () => {
  const names = operations.map(({ name }) => name)
  assert.deepEqual(Object.keys(scenes).toSorted(), names.toSorted())
})

test('an operation is known under its full name and under its last part', () => {
  assert.equal(operationNamed('resize'), 'server.resize')
  assert.equal(operationNamed('host.clean'), 'host.clean')
  assert.equal(operationNamed('clean'), null)
})

for (const { name } of operations) {
  test(`${name} survives a crash at every moment`, async () => {
    const matrix = await played(name)
    assert.deepEqual(
      matrix.rows.filter((row) => isWrong(row, matrix)).map((row) => cellsOf(row, matrix)),
      [],
    )
    // Every step is there: the operation that was looked at is the one that ran.
    const steps = new Set(matrix.rows.map(({ death }) => death.step))
    const saga = operations.find((each) => each.name === name)
    assert.deepEqual(
      saga?.steps.map((step) => step.name).filter((step) => !steps.has(step)),
      [],
    )
    const whens = new Set(matrix.rows.map(({ death }) => death.when))
    assert.ok(whens.has('before the commit') && whens.has('after the commit'))
    const isOnHosts = saga?.steps.some(({ kind }) => kind === 'host')
    assert.equal(whens.has('during the call'), isOnHosts)
  })
}

test('the founding case ends as its policy says, wherever the control plane dies', async () => {
  const failing = 'finish_migration'
  const left = await played('server.resize', { failing })
  assert.ok(left.rows.every((row) => row.end.status === 'ERROR' && !isWrong(row, left)))
  assert.deepEqual(left.calm.held, { host2: 'server 2 CPU 2048 MB 20 GB' })
  const back = await played('server.resize', { failing, policy: 'rollback' })
  assert.ok(back.rows.every((row) => row.end.status === 'ACTIVE' && !isWrong(row, back)))
  assert.deepEqual(back.calm.held, { host1: 'server 1 CPU 512 MB 1 GB' })
  assert.ok(back.rows.some(({ death }) => death.direction === 'undo'))
})

test('a row that violates something, or never ends, or ends otherwise, is wrong and says so', async () => {
  const matrix = await played('server.stop')
  const [good] = matrix.rows
  assert.ok(good !== undefined)
  const violated: Row = { ...good, violations: ['A1: leaks'], verdict: 'violated' }
  const endless: Row = { ...good, rests: false, verdict: 'violated' }
  const otherwise: Row = { ...good, verdict: 'otherwise' }
  for (const [row, says] of [
    [violated, /VIOLATED: A1: leaks/],
    [endless, /NEVER ENDS/],
    [otherwise, /ENDS OTHERWISE/],
  ] as const) {
    assert.ok(isWrong(row, matrix))
    assert.match(cellsOf(row, matrix).join(' '), says)
    assert.match(pageOf({ ...matrix, rows: [row] }), /1 violated/)
  }
  // Where calls fail there may be several ends that are right.
  assert.ok(!isWrong(otherwise, { ...matrix, failing: 'power_off' }))
})

test('the same matrix is played the same way', async () => {
  assert.equal(pageOf(await played('server.resize')), pageOf(await played('server.resize')))
})
