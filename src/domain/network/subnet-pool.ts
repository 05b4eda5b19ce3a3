/**
 * Pools of blocks of addresses, from which subnets get theirs without overlapping each other.
 *
 * Which blocks are taken is what the subnets say that were made from the pool; a pool only says where they may lie.
 */
import { problem } from '../../lib/problem.ts'
import type { ProjectId } from '../ids.ts'
import { contains, formatBlock, lastOf, overlaps, parseBlock, sizeOf } from './address.ts'
import type { Block, IpVersion } from './address.ts'
import type { Kept } from './network.ts'

export type SubnetPool = Kept & {
  readonly id: string
  readonly projectId: ProjectId
  readonly name: string
  readonly ipVersion: IpVersion
  /** In order, and none within another. */
  readonly prefixes: readonly string[]
  /** How long the prefix of a subnet is when nobody says it, and how short and long it may be. */
  readonly usualLength: number
  readonly leastLength: number
  readonly mostLength: number
  /** How much of it one project may have: addresses, or blocks of 64 bits in version 6. Null for as much as there is. */
  readonly quota: number | null
  readonly shared: boolean
  /** Whether it is the one that is meant when none is named. */
  readonly isDefault: boolean
  /** Within which its addresses are unique; null for none. */
  readonly scopeId: string | null
}

/** The longest prefix there is. */
export const lengthOf: Readonly<Record<IpVersion, number>> = { 4: 32, 6: 128 }

/** @throws `invalid` for what is no block, or a mixture of versions. */
export function prefixesOf(texts: readonly string[]): {
  readonly version: IpVersion
  readonly blocks: readonly Block[]
} {
  const blocks = texts.map((text) => {
    const block = parseBlock(text)
    if (block === null) throw invalid(`'${text}' is not a valid CIDR`)
    return block
  })
  const [first] = blocks
  if (first === undefined) throw invalid('a subnet pool needs a prefix')
  if (blocks.some(({ version }) => version !== first.version)) {
    throw invalid('Cannot mix IPv4 and IPv6 prefixes in a subnet pool')
  }
  const ordered = blocks.toSorted((a, b) =>
    a.first === b.first ? a.prefix - b.prefix : a.first < b.first ? -1 : 1,
  )
  // A block that lies in one before it adds nothing.
  const outer = ordered.filter(
    (block, i) => !ordered.slice(0, i).some((other) => overlaps(other, block)),
  )
  return { version: first.version, blocks: outer }
}

/** The first free block of that length, or null when there is none. */
export function freeBlock(
  prefixes: readonly Block[],
  taken: readonly Block[],
  length: number,
): Block | null {
  for (const prefix of prefixes) {
    if (length < prefix.prefix) continue
    const size = sizeOf({ version: prefix.version, prefix: length })
    for (let first = prefix.first; first <= lastOf(prefix);) {
      const block = { version: prefix.version, first, prefix: length }
      const inTheWay = taken.find((each) => overlaps(each, block))
      if (inTheWay === undefined) return block
      // The next one that begins behind what is in the way.
      first = ((lastOf(inTheWay) + size) / size) * size
    }
  }
  return null
}

/** Whether a block lies in one of the prefixes. */
export function isWithin(prefixes: readonly Block[], block: Block): boolean {
  const { version } = block
  return prefixes.some(
    (prefix) =>
      contains(prefix, { version, value: block.first }) &&
      contains(prefix, { version, value: lastOf(block) }),
  )
}

/** What is left of a block without another one: the fewest blocks there are, in order. */
export function without(block: Block, gone: Block): readonly Block[] {
  if (!overlaps(block, gone)) return [block]
  if (gone.prefix <= block.prefix) return []
  const { version, first } = block
  const prefix = block.prefix + 1
  const halves = [
    { version, first, prefix },
    { version, first: first + sizeOf({ version, prefix }), prefix },
  ]
  return halves.flatMap((half) => without(half, gone))
}

/** What blocks count against a project's share of a pool. */
export function shareOf(blocks: readonly Block[]): bigint {
  return blocks.reduce((sum, block) => {
    if (block.version === 4) return sum + sizeOf(block)
    // Smaller ones count as one.
    return sum + (block.prefix >= 64 ? 1n : 1n << BigInt(64 - block.prefix))
  }, 0n)
}

/** @throws `invalid` for lengths that contradict each other. */
export function checkLengths(
  pool: Pick<SubnetPool, 'ipVersion' | 'usualLength' | 'leastLength' | 'mostLength'>,
): void {
  const { usualLength, leastLength, mostLength, ipVersion } = pool
  const inOrder = leastLength <= usualLength && usualLength <= mostLength
  if (inOrder && leastLength >= 0 && mostLength <= lengthOf[ipVersion]) return
  throw problem(
    'invalid',
    `Illegal prefix bounds: min_prefixlen=${leastLength}, default_prefixlen=${usualLength}, max_prefixlen=${mostLength}.`,
    { type: 'IllegalSubnetPoolPrefixBounds' },
  )
}

/** Prefixes can be added to a pool, not taken out of it. @throws `invalid` */
export function checkGrowth(before: readonly string[], after: readonly Block[]): void {
  const known = before.flatMap((text) => parseBlock(text) ?? [])
  if (known.every((block) => isWithin(after, block))) return
  throw problem(
    'invalid',
    `Existing prefixes must be a subset of the new prefixes: ${after.map(formatBlock).join(', ')}.`,
    { type: 'IllegalSubnetPoolPrefixUpdate' },
  )
}

function invalid(why: string): Error {
  return problem('invalid', `Invalid input for operation: ${why}.`, { type: 'InvalidInput' })
}
