/**
 * The addresses of a subnet that are handed out by themselves.
 *
 * Within its subnet an address is a position: how far it is from the first one. Pools are ranges of positions; what the
 * pools hold is numbered from 0, so that a number drawn at random names one address.
 */
import { problem } from '../../lib/problem.ts'
import { contains, formatAddress, lastOf, parseAddress } from './address.ts'
import type { Block } from './address.ts'

/** The first and last address. */
export type Pool = { readonly start: string; readonly end: string }
/** The same as positions; both ends belong to it. */
export type Range = { readonly from: number; readonly to: number }

/** IPv6 subnets have more addresses than anybody uses; the first of them will do. */
const positionMax = 2 ** 48

/** Everything but the network's own address, broadcast and the gateway. */
export function usualPools(block: Block, gateway: string | null): readonly Pool[] {
  const whole = block.prefix >= (block.version === 4 ? 31 : 127)
  const first = whole ? block.first : block.first + 1n
  const last = whole || block.version === 6 ? lastOf(block) : lastOf(block) - 1n
  const address = gateway === null ? null : parseAddress(gateway)
  const inside = address !== null && address.value >= first && address.value <= last
  const ranges = inside
    ? [
        [first, address.value - 1n],
        [address.value + 1n, last],
      ]
    : [[first, last]]
  return ranges.flatMap(([start = 0n, end = 0n]) =>
    start > end
      ? []
      : [
          {
            start: formatAddress({ version: block.version, value: start }),
            end: formatAddress({ version: block.version, value: end }),
          },
        ],
  )
}

/** @throws `invalid` when a pool is outside of its subnet, upside down, or overlaps another. */
export function rangesOf(block: Block, pools: readonly Pool[]): readonly Range[] {
  const ranges = pools.map(({ start, end }) => {
    const [first, last] = [parseAddress(start), parseAddress(end)]
    if (
      first === null ||
      last === null ||
      !contains(block, first) ||
      !contains(block, last) ||
      first.value > last.value
    ) {
      throw problem('invalid', `The allocation pool ${start}-${end} is not valid.`, {
        type: 'InvalidAllocationPool',
      })
    }
    return { from: clamp(first.value - block.first), to: clamp(last.value - block.first) }
  })
  const sorted = ranges.toSorted((a, b) => a.from - b.from)
  const overlapping = sorted.some((range, i) => range.from <= (sorted[i - 1]?.to ?? -1))
  if (overlapping) {
    throw problem('invalid', 'Found overlapping allocation pools.', {
      type: 'OverlappingAllocationPools',
    })
  }
  return sorted
}

export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

/** The position of the nth address that the ranges hold. */
export function nthPosition(ranges: readonly Range[], n: number): number {
  let left = n
  for (const { from, to } of ranges) {
    const size = to - from + 1
    if (left < size) return from + left
    left -= size
  }
  throw problem('bug', 'There are not that many addresses in the pools', { n })
}

export function addressAt(block: Block, position: number): string {
  return formatAddress({ version: block.version, value: block.first + BigInt(position) })
}

/** Where an address is in its subnet; null when it is too far in to be counted. */
export function positionOf(block: Block, address: string): number | null {
  const parsed = parseAddress(address)
  if (parsed === null || !contains(block, parsed)) return null
  const position = parsed.value - block.first
  return position > BigInt(positionMax) ? null : Number(position)
}

function clamp(position: bigint): number {
  return position > BigInt(positionMax) ? positionMax : Number(position)
}
