import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ShortTexts } from './short-texts.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-'), maxLength: 12 })

test('a text is written as it was set last, and nothing beside it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(300), text), { minLength: 1 }), (written) => {
      const texts = new ShortTexts(12)
      for (const [number, each] of written) texts.set(number, each)
      for (const [number, expected] of new Map(written)) {
        const target = Buffer.alloc(20, '.')
        texts.copyTo(new DataView(target.buffer, target.byteOffset, target.length), 3, number)
        equal(target.toString(), `...${expected}`.padEnd(20, '.'))
        equal(texts.lengthOf(number), expected.length)
      }
    }),
  )
})

test('a text that is longer than they may be is refused', () => {
  throws(() => new ShortTexts(4).set(0, 'abcde'), /too long/)
})
