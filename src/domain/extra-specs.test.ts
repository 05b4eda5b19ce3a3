import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem } from '../lib/problem.ts'
import { judgeExtraSpecs } from './extra-specs.ts'

function complaint(name: string, value: string): string | null {
  try {
    judgeExtraSpecs({ [name]: value })
    return null
  } catch (thrown) {
    if (isProblem(thrown, 'invalid')) return thrown.message.replace('Validation failed; ', '')
    throw thrown
  }
}

test('what makes sense passes, and so does what is nobody’s business', () => {
  for (const [name, value] of [
    ['hw:cpu_policy', 'dedicated'],
    ['hw:numa_nodes', '2'],
    ['hw:numa_cpus.0', '0-3,^1'],
    ['hw:mem_page_size', '1GB'],
    ['hw:cpu_realtime', 'Yes'],
    ['trait:HW_CPU_X86_AVX2', 'required'],
    ['trait_GROUP:CUSTOM_A', 'forbidden'],
    ['resources1:VCPU', '2'],
    ['quota:disk_read_bytes_sec', '1048576'],
    ['capabilities:cpu_info:features', '<in> avx'],
    ['ssd', 'anything'],
    ['acme:colour', 'blue'],
    ['vmware:hw_version', 'what'],
  ] as const) {
    assert.equal(complaint(name, value), null, `${name}=${value}`)
  }
})

test('a name or a value that means nothing is said to', () => {
  for (const [name, value, why] of [
    ['hw:cpu_polcy', 'x', "extra spec 'hw:cpu_polcy' does not appear to be a valid extra spec."],
    ['hw:cpu_policy', 'mine', "'mine' is not one of: dedicated, shared, mixed."],
    ['hw:numa_nodes', 'two', "'two' is not a valid integer value."],
    ['hw:numa_nodes', '0', "'0' is less than the minimum value of '1'."],
    ['hw:cpu_realtime', 'perhaps', "'perhaps' is not a valid boolean value."],
    ['trait:A', 'wanted', "'wanted' is not one of: required, forbidden."],
  ] as const) {
    assert.equal(complaint(name, value), why)
  }
  assert.match(complaint('hw:mem_page_size', 'huge') ?? '', /^'huge' is not of the format/)
})
