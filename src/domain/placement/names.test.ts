import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isCustomName,
  isStandardResourceClass,
  isStandardTrait,
  isWellFormedName,
} from './names.ts'
import { standardResourceClasses } from './standard-resource-classes.ts'
import { standardTraits } from './standard-traits.ts'

test('custom names are capitals, digits and underscores after a prefix, at most 255 in all', () => {
  equal(isCustomName('CUSTOM_GOLD_2'), true)
  equal(isCustomName(`CUSTOM_${'A'.repeat(248)}`), true)
  equal(isCustomName(`CUSTOM_${'A'.repeat(249)}`), false)
  for (const name of ['CUSTOM_', 'VCPU', 'CUSTOM_gold', 'CUSTOM_GOLD\n', ' CUSTOM_GOLD'])
    equal(isCustomName(name), false)
})

test('every standard name is well-formed, and there are no two alike', () => {
  equal(standardTraits.length, 377)
  equal(new Set(standardTraits).size, 377)
  equal(new Set(standardResourceClasses).size, 21)
  for (const name of [...standardTraits, ...standardResourceClasses])
    equal(isWellFormedName(name), true)
  equal(isStandardTrait('HW_CPU_X86_AVX2') && isStandardResourceClass('VCPU'), true)
})
