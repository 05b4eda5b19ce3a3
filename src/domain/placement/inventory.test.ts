import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { capacity, fits, inventoryDefaults, misfit } from './inventory.ts'

const disk = { ...inventoryDefaults, total: 100, reserved: 10, allocationRatio: 1.5, maxUnit: 100 }

test('capacity is what is not reserved, times the ratio, rounded down', () => {
  equal(capacity(disk), 135)
  equal(capacity({ total: 7, reserved: 0, allocationRatio: 0.5 }), 3)
  equal(capacity({ total: 7, reserved: 7, allocationRatio: 16 }), 0)
})

test('the ratio lets claims add up beyond the total, but no single claim exceed max', () => {
  equal(fits(disk, 90, 45), true)
  deepEqual(misfit(disk, 90, 46), { rule: 'capacity', amount: 46, used: 90, capacity: 135 })
  deepEqual(misfit(disk, 0, 101), { rule: 'max', amount: 101, maxUnit: 100 })
})

test('a claim is at least min and a multiple of step', () => {
  const pages = { ...inventoryDefaults, total: 64, minUnit: 4, stepSize: 4 }
  deepEqual(misfit(pages, 0, 2), { rule: 'min', amount: 2, minUnit: 4 })
  deepEqual(misfit(pages, 0, 6), { rule: 'step', amount: 6, stepSize: 4 })
  equal(misfit(pages, 0, 8), null)
})

test('what fits leaves the sum within capacity', () => {
  const inventories = fc.record({
    total: fc.integer({ min: 1, max: 1000 }),
    reserved: fc.integer({ min: 0, max: 1000 }),
    minUnit: fc.integer({ min: 1, max: 10 }),
    maxUnit: fc.integer({ min: 1, max: 1000 }),
    stepSize: fc.integer({ min: 1, max: 10 }),
    allocationRatio: fc.double({ min: 0.1, max: 16, noNaN: true }),
  })
  fc.assert(
    fc.property(
      inventories,
      fc.nat(2000),
      fc.integer({ min: 1, max: 2000 }),
      (inventory, used, amount) => {
        if (!fits(inventory, used, amount)) return
        const exact = (inventory.total - inventory.reserved) * inventory.allocationRatio
        equal(used + amount <= exact, true)
        equal(
          amount >= inventory.minUnit &&
            amount <= inventory.maxUnit &&
            amount % inventory.stepSize === 0,
          true,
        )
      },
    ),
  )
})
