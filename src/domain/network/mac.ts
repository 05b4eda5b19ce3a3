/** MAC addresses, made from the id of their port: the same port, made twice, has one. */
import { createHash } from 'node:crypto'
import type { Block } from './address.ts'

/** The block that OpenStack uses. It leaves 24 bits, so ports collide now and then; another attempt gives another one. */
const prefix = ['fa', '16', '3e']

export function macOf(portId: string, attempt: number): string {
  const hex = createHash('sha256').update(`${portId}/${attempt}`).digest('hex')
  return [...prefix, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4, 6)].join(':')
}

/** One spelling of a unicast address, or null. */
export function canonicalMac(text: string): string | null {
  const lower = text.toLowerCase()
  if (!/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(lower)) return null
  const first = Number.parseInt(lower.slice(0, 2), 16)
  return (first & 1) === 1 || lower === '00:00:00:00:00:00' ? null : lower
}

/** The address that a guest gives itself in a subnet with router advertisements (modified EUI-64). */
export function autoconfiguredValue(block: Block, mac: string): bigint {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac
    .split(':')
    .map((part) => Number.parseInt(part, 16))
  const low = [a ^ 2, b, c, 0xff, 0xfe, d, e, f].reduce(
    (sum, byte) => (sum << 8n) + BigInt(byte),
    0n,
  )
  return block.first + low
}
