import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  canonicalAddress,
  contains,
  formatAddress,
  formatBlock,
  overlaps,
  parseAddress,
  parseBlock,
} from './address.ts'
import { autoconfiguredValue, canonicalMac, macOf } from './mac.ts'
import { addressAt, countOf, nthPosition, positionOf, rangesOf, usualPools } from './pools.ts'

test('an address has one spelling', () => {
  const spellings: readonly (readonly [string, string | null])[] = [
    ['10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1', '::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['fe80::1%eth0', null],
    ['10.0.0', null],
    ['10.0.0.256', null],
    ['', null],
    ['x', null],
  ]
  for (const [text, canonical] of spellings) assert.equal(canonicalAddress(text), canonical, text)
})

test('formatting and parsing undo each other', () => {
  const v6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })
  const v4 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n })
  fc.assert(
    fc.property(v6, (value) =>
      assert.deepEqual(parseAddress(formatAddress({ version: 6, value })), { version: 6, value }),
    ),
  )
  fc.assert(
    fc.property(v4, (value) =>
      assert.deepEqual(parseAddress(formatAddress({ version: 4, value })), { version: 4, value }),
    ),
  )
})

test('a block knows what is in it', () => {
  const block = parseBlock('10.1.2.3/16')
  assert.ok(block !== null)
  assert.equal(formatBlock(block), '10.1.0.0/16')
  const inside = (text: string): boolean => {
    const address = parseAddress(text)
    return address !== null && contains(block, address)
  }
  assert.ok(inside('10.1.255.255') && !inside('10.2.0.0') && !inside('::10.1.0.1'))
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '/8',
    '',
  ]) {
    assert.equal(parseBlock(text), null, text)
  }
  const other = parseBlock('10.1.128.0/17')
  const apart = parseBlock('10.2.0.0/16')
  assert.ok(other !== null && apart !== null)
  assert.ok(overlaps(block, other) && overlaps(other, block) && !overlaps(block, apart))
})

test('pools leave out the network, broadcast and the gateway', () => {
  const pools = (cidr: string, gateway: string | null): readonly string[] => {
    const block = parseBlock(cidr)
    assert.ok(block !== null)
    return usualPools(block, gateway).map(({ start, end }) => `${start}-${end}`)
  }
  assert.deepEqual(pools('10.0.0.0/24', '10.0.0.1'), ['10.0.0.2-10.0.0.254'])
  assert.deepEqual(pools('10.0.0.0/24', '10.0.0.9'), ['10.0.0.1-10.0.0.8', '10.0.0.10-10.0.0.254'])
  assert.deepEqual(pools('10.0.0.0/24', null), ['10.0.0.1-10.0.0.254'])
  assert.deepEqual(pools('10.0.0.0/31', null), ['10.0.0.0-10.0.0.1'])
  assert.deepEqual(pools('2001:db8::/64', '2001:db8::1'), [
    '2001:db8::2-2001:db8::ffff:ffff:ffff:ffff',
  ])
})

test('every address that pools hold has one number, and no other has', () => {
  const block = parseBlock('10.0.0.0/24')
  assert.ok(block !== null)
  const ranges = rangesOf(block, [
    { start: '10.0.0.100', end: '10.0.0.103' },
    { start: '10.0.0.2', end: '10.0.0.4' },
  ])
  const held = Array.from({ length: countOf(ranges) }, (_, n) =>
    addressAt(block, nthPosition(ranges, n)),
  )
  assert.deepEqual(
    held,
    [2, 3, 4, 100, 101, 102, 103].map((last) => `10.0.0.${last}`),
  )
  assert.equal(positionOf(block, '10.0.0.100'), 100)
  assert.throws(() => rangesOf(block, [{ start: '10.0.0.9', end: '10.0.0.2' }]), {
    kind: 'invalid',
  })
  assert.throws(() => rangesOf(block, [{ start: '10.0.0.9', end: '10.0.1.2' }]), {
    kind: 'invalid',
  })
  assert.throws(
    () =>
      rangesOf(block, [
        { start: '10.0.0.2', end: '10.0.0.9' },
        { start: '10.0.0.9', end: '10.0.0.20' },
      ]),
    { kind: 'invalid' },
  )
})

test('a MAC address follows from the port, and another attempt gives another', () => {
  assert.equal(macOf('a', 0), macOf('a', 0))
  assert.notEqual(macOf('a', 0), macOf('a', 1))
  assert.equal(canonicalMac('FA:16:3E:00:00:01'), 'fa:16:3e:00:00:01')
  for (const text of ['01:00:00:00:00:00', '00:00:00:00:00:00', 'fa:16:3e:0:0:1', 'x']) {
    assert.equal(canonicalMac(text), null, text)
  }
  const block = parseBlock('2001:db8::/64')
  assert.ok(block !== null)
  const value = autoconfiguredValue(block, 'fa:16:3e:01:02:03')
  assert.equal(formatAddress({ version: 6, value }), '2001:db8::f816:3eff:fe01:203')
})
