/** Free blocks, held against trying every one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { formatBlock, overlaps, parseBlock, sizeOf } from './address.ts'
import type { Block } from './address.ts'
import { freeBlock, isWithin, shareOf, without } from './subnet-pool.ts'

function block(text: string): Block {
  const found = parseBlock(text)
  assert(found !== null, text)
  return found
}

test('the free block is the first that overlaps nothing', () => {
  const pool = [block('10.0.0.0/26'), block('10.0.2.0/27')]
  const taken = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 1023 }), fc.integer({ min: 26, max: 32 }))
      .map(([at, prefix]) => block(`10.0.${at >> 8}.${at & 255}/${prefix}`)),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(taken, fc.integer({ min: 25, max: 32 }), (others, length) => {
      const candidates = pool.flatMap((prefix) => {
        const size = sizeOf({ version: 4, prefix: length })
        const number = length < prefix.prefix ? 0 : Number(sizeOf(prefix) / size)
        return Array.from({ length: number }, (_, i): Block => {
          return { version: 4, first: prefix.first + BigInt(i) * size, prefix: length }
        })
      })
      const expected = candidates.find((each) => !others.some((other) => overlaps(each, other)))
      const found = freeBlock(pool, others, length)
      assert.equal(
        found && formatBlock(found),
        expected === undefined ? null : formatBlock(expected),
      )
      assert(found === null || isWithin(pool, found))
    }),
  )
})

test('a share counts addresses of version 4, and blocks of 64 bits of version 6', () => {
  assert.equal(shareOf([block('10.0.0.0/24'), block('10.0.1.0/25')]), 384n)
  assert.equal(shareOf([block('fd00::/62'), block('fd01::/64'), block('fd02::/96')]), 6n)
})

test('what is left of a block is every address of it that was not taken out, once', () => {
  const within = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 22, max: 32 }))
    .map(([at, prefix]) => block(`10.0.0.${at}/${prefix}`))
  fc.assert(
    fc.property(within, within, (whole, gone) => {
      const addresses = (of: Block): readonly bigint[] =>
        Array.from({ length: Number(sizeOf(of)) }, (_, i) => of.first + BigInt(i))
      const out = new Set(addresses(gone))
      const expected = addresses(whole).filter((each) => !out.has(each))
      assert.deepEqual(without(whole, gone).flatMap(addresses), expected)
    }),
  )
})
