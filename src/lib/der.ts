/**
 * Writing DER, the bytes of which certificates and key files are made: every value is a tag, its length, and its content.
 *
 * It only writes, and only what we write; whatever is read is read by `node:crypto`.
 */

function valueOf(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body])
}

/** Short lengths are one byte; longer ones say first how many bytes they take. */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([0x80 | short.length]), short])
}

export const sequence = (...parts: readonly Buffer[]): Buffer => valueOf(0x30, ...parts)
export const setOf = (...parts: readonly Buffer[]): Buffer => valueOf(0x31, ...parts)
export const octets = (content: Buffer): Buffer => valueOf(0x04, content)
export const utf8 = (text: string): Buffer => valueOf(0x0c, Buffer.from(text))
export const nothing = (): Buffer => valueOf(0x05)
/** A value within another, told apart by its number there. */
export const numbered = (number: number, ...parts: readonly Buffer[]): Buffer =>
  valueOf(0xa0 | number, ...parts)

/** Whole bytes of bits: none of the last byte is unused. */
export const bits = (content: Buffer): Buffer => valueOf(0x03, Buffer.alloc(1), content)

/** A number that is not negative, its bytes from the highest on. */
export function integer(bytes: Buffer | number): Buffer {
  if (typeof bytes === 'number') {
    const four = Buffer.alloc(4)
    four.writeUInt32BE(bytes)
    return integer(four)
  }
  const first = bytes.findIndex((byte) => byte !== 0)
  const short = first < 0 ? Buffer.alloc(1) : bytes.subarray(first)
  // With its first bit set it would be negative.
  const isNegative = (short[0] ?? 0) >= 0x80
  return valueOf(0x02, ...(isNegative ? [Buffer.alloc(1)] : []), short)
}

/** The name of a kind of thing, as `1.2.840.113549`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return valueOf(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Seven bits in each byte; all but the last say that there is more. */
function base128(number: number): readonly number[] {
  const last = number % 128
  const digits = [last]
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(0x80 | (left % 128))
  }
  return digits
}

/** To the second. Years before 2050 have two digits and a tag of their own: certificates must be written so (RFC 5280). */
export function time(at: number): Buffer {
  const digits = `${new Date(at).toISOString().replaceAll(/\D/g, '').slice(0, 14)}Z`
  return digits < '2050'
    ? valueOf(0x17, Buffer.from(digits.slice(2)))
    : valueOf(0x18, Buffer.from(digits))
}
