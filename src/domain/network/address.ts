/**
 * IP addresses and blocks as numbers.
 *
 * Addresses are compared as text everywhere else, so there is one spelling of each: `canonicalAddress` gives it (for IPv6 the
 * shortest one, in lower case).
 */
import { isIPv4, isIPv6 } from 'node:net'

export type IpVersion = 4 | 6
export type Address = { readonly version: IpVersion; readonly value: bigint }
/** A block: its first address and how many there are. */
export type Block = { readonly version: IpVersion; readonly first: bigint; readonly prefix: number }

const bits: Readonly<Record<IpVersion, number>> = { 4: 32, 6: 128 }

export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) {
    return {
      version: 4,
      value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n),
    }
  }
  // Zones such as %eth0 mean something on one machine only.
  return isIPv6(text) && !text.includes('%') ? { version: 6, value: valueOfV6(text) } : null
}

export function formatAddress({ version, value }: Address): string {
  if (version === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
  }
  const groups = Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - 16 * i)) & 0xffffn)
  const { start, length } = longestZeros(groups)
  const words = groups.map((group) => group.toString(16))
  if (length < 2) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`
}

export function canonicalAddress(text: string): string | null {
  const address = parseAddress(text)
  return address === null ? null : formatAddress(address)
}

/** Reads `10.0.0.0/16`; bits behind the prefix are dropped. */
export function parseBlock(text: string): Block | null {
  const [head, length, ...more] = text.split('/')
  const address = parseAddress(head ?? '')
  if (address === null || more.length > 0 || length === undefined || !/^\d{1,3}$/.test(length))
    return null
  const prefix = Number(length)
  if (prefix > bits[address.version]) return null
  const size = sizeOf({ version: address.version, prefix })
  return { version: address.version, first: address.value - (address.value % size), prefix }
}

export function formatBlock(block: Block): string {
  return `${formatAddress({ version: block.version, value: block.first })}/${block.prefix}`
}

/** How many addresses there are in it. */
export function sizeOf({ version, prefix }: Pick<Block, 'version' | 'prefix'>): bigint {
  return 1n << BigInt(bits[version] - prefix)
}

export function lastOf(block: Block): bigint {
  return block.first + sizeOf(block) - 1n
}

export function contains(block: Block, address: Address): boolean {
  return (
    block.version === address.version &&
    address.value >= block.first &&
    address.value <= lastOf(block)
  )
}

export function overlaps(a: Block, b: Block): boolean {
  return a.version === b.version && a.first <= lastOf(b) && b.first <= lastOf(a)
}

function valueOfV6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const plain =
    dotted === null
      ? text
      : `${dotted[1]}${(parseAddress(dotted[2] ?? '')?.value ?? 0n)
          .toString(16)
          .padStart(8, '0')
          .replace(/^(.{4})/, '$1:')}`
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].reduce(
    (sum, group) => (sum << 16n) + BigInt(`0x${group}`),
    0n,
  )
}

function longestZeros(groups: readonly bigint[]): {
  readonly start: number
  readonly length: number
} {
  let best = { start: 0, length: 0 }
  let length = 0
  groups.forEach((group, i) => {
    length = group === 0n ? length + 1 : 0
    if (length > best.length) best = { start: i - length + 1, length }
  })
  return best
}
