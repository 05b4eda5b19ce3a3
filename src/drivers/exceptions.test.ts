import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem, problemOf } from '../lib/problem.ts'
import { driverProblem, exceptionNames, exceptionOf, needsOtherHost } from './exceptions.ts'

test('the exception of the founding case says what Nova says, and no other host is tried', () => {
  const thrown = driverProblem('VirtualInterfaceCreateException', { server: 'a' })

  assert.equal(thrown.kind, 'failed')
  assert.equal(thrown.message, 'Virtual Interface creation failed')
  assert.deepEqual(exceptionOf(thrown), {
    name: 'VirtualInterfaceCreateException',
    reschedules: false,
    rollsBack: false,
    aborts: true,
  })
})

test('a host without room says so by kind, and another may be tried', () => {
  const thrown = driverProblem('ComputeResourcesUnavailable', { reason: 'no free PCI device' })

  assert.equal(thrown.kind, 'no-capacity')
  assert.equal(thrown.message, 'Insufficient compute resources: no free PCI device.')
  assert.equal(exceptionOf(thrown).reschedules, true)
  assert.equal(exceptionOf(problem('no-capacity', 'full')).name, 'ComputeResourcesUnavailable')
})

test('a name that nobody knows is an ordinary failure, whatever it is', () => {
  for (const name of ['LibvirtError', 'constructor', '__proto__']) {
    const thrown = driverProblem(name)
    assert.equal(thrown.kind, 'failed')
    assert.equal(thrown.message, name)
    assert.deepEqual(exceptionOf(thrown), {
      name,
      reschedules: true,
      rollsBack: false,
      aborts: false,
    })
  }
})

test('an exception survives being stored and sent', () => {
  const thrown = driverProblem('InstanceFaultRollback', { reason: 'disk cannot shrink' })
  const received = problemOf(JSON.parse(JSON.stringify(thrown.toRecord())))

  assert.equal(received.message, 'Instance rollback performed due to: disk cannot shrink')
  assert.deepEqual(exceptionOf(received), exceptionOf(thrown))
  assert.equal(exceptionOf(received).rollsBack, true)
})

test('no message of the catalogue is left without words when nothing is known', () => {
  for (const name of exceptionNames) {
    assert.match(driverProblem(name).message, /^\S.*\S$/)
    assert.doesNotMatch(driverProblem(name).message, /undefined|null/)
  }
})

test('what aborts an operation is never a reason to try another host', () => {
  for (const name of exceptionNames) {
    const { aborts, reschedules } = exceptionOf(driverProblem(name))
    assert.equal(aborts && reschedules, false, name)
  }
})

test('another host is tried after what a host said, and after nothing else', () => {
  assert.equal(needsOtherHost(driverProblem('ComputeResourcesUnavailable')), true)
  assert.equal(needsOtherHost(driverProblem('LibvirtError')), true)
  assert.equal(needsOtherHost(driverProblem('VirtualInterfaceCreateException')), false)
  assert.equal(needsOtherHost(driverProblem('BuildAbortException')), false)
  assert.equal(needsOtherHost(problem('no-capacity', 'No valid host was found.')), false)
  assert.equal(needsOtherHost(problem('unavailable', 'The host does not answer')), false)
})
