import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Forest, none } from './forest.ts'

const move = fc.record({ slot: fc.nat(11), under: fc.option(fc.nat(11)) })

test('the lowest provider above two is the first that both ways up have in common', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const forest = new Forest()
      const slots = Array.from({ length: 12 }, (_, i) => forest.add(`p${i}`, none))
      for (const { slot, under } of moves) {
        const parent = under ?? none
        if (parent === none || !forest.isAtOrAbove(slot, parent)) forest.move(slot, parent)
      }
      for (const one of slots) {
        equal(forest.depthOf(one), upFrom(forest, one).length - 1)
        for (const other of slots) {
          const common = upFrom(forest, one).find((above) => forest.isAtOrAbove(above, other))
          equal(forest.commonAncestor(one, other), common ?? none)
        }
      }
    }),
  )
})

function upFrom(forest: Forest, slot: number): readonly number[] {
  const parent = forest.parentOf(slot)
  return parent === none ? [slot] : [slot, ...upFrom(forest, parent)]
}
