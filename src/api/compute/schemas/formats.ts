/**
 * The formats that request schemas speak of, as this API's clients know them.
 *
 * They are a little wider than the usual ones: a UUID may lack its dashes, a time may lack its zone or be a date only.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { isUuid } from '../../../lib/ids.ts'
import { pattern } from '../../../lib/pattern.ts'

/** Every character that can be seen, and spaces. */
const printable = /^[^\p{C}\p{Zl}\p{Zp}]*$/u
const spaceAtAnEnd = /^\p{Zs}|\p{Zs}$/u

export const formats: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: isUuid,
  ipv4: isIPv4,
  ipv6: isIPv6,
  ip: (text) => isIPv4(text) || isIPv6(text),
  regex: isRegex,
  'date-time': (text) => instantOf(text) !== null,
  base64: (text) => {
    const dense = text.replaceAll(/\s/g, '')
    return dense.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(dense)
  },
  printable: (text) => printable.test(text),
  name: (text) => printable.test(text) && !spaceAtAnEnd.test(text),
  /** A name that is trimmed before it is used. */
  'loose-name': (text) => printable.test(text) && text.trim() !== '',
  'zone-name': (text) => printable.test(text) && !spaceAtAnEnd.test(text) && !text.includes(':'),
  'loose-zone-name': (text) => printable.test(text) && text.trim() !== '' && !text.includes(':'),
}

/** What the wrong name should have been. */
export const nameRules: Readonly<Record<string, string>> = {
  name: 'printable characters. Can not start or end with whitespace.',
  'loose-name': 'printable characters with at least one non space character',
  'zone-name': 'printable characters except :.Can not start or end with whitespace.',
  'loose-zone-name': 'printable characters with at least one non space character',
}

/** The moment that a text names, in ms since 1970; without a zone it is UTC. Null when it names none. */
export function instantOf(text: string): number | null {
  const [, date, time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(
      text,
    ) ?? []
  if (date === undefined) return null
  const offset =
    zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
  const instant = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(instant) ? null : instant
}

function isRegex(text: string): boolean {
  try {
    pattern(text)
    return true
  } catch {
    return false
  }
}
