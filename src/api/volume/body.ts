/** Reading what clients say of volumes: many of them send numbers and flags as text. */
import type { Json, JsonObject } from '../../lib/json.ts'
import { bad, own, text } from '../http/fields.ts'
import { isJsonObject } from '../http/json-body.ts'

/** Names and descriptions. */
const described = { max: 255 }

/** A text or nothing; null is nothing. */
export function textOf(body: JsonObject, name: string): string | null {
  const value = own(body, name)
  return value === null ? null : (text(body, name, described) ?? null)
}

/** Whether something was said of it, be it nothing. */
export function isSaid(body: JsonObject, name: string): boolean {
  return own(body, name) !== undefined
}

/** A size of at least one gigabyte, as a number or as text; null when it is not said. */
export function sizeOf(body: JsonObject, name: string): number | null {
  const value = own(body, name)
  if (value === undefined || value === null) return null
  const size = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
  if (typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= 2_147_483_647) {
    return size
  }
  throw bad(name, 'it must be an integer and greater than 0')
}

/** A flag, as true or false or as any of the texts that stand for them. */
export function flagOf(body: JsonObject, name: string): boolean | null {
  const value = own(body, name)
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  const said = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (/^(?:1|t|true|on|y|yes)$/i.test(said)) return true
  if (/^(?:0|f|false|off|n|no)$/i.test(said)) return false
  throw bad(name, `${JSON.stringify(value)} is not a boolean`)
}

/** Pairs of texts. @throws `invalid` for a key or a value that is too long. */
export function pairsOf(body: JsonObject, name: string): Readonly<Record<string, string>> {
  const value = own(body, name)
  if (value === undefined || value === null) return {}
  if (!isJsonObject(value)) throw bad(name, 'it must be an object')
  const pairs = Object.entries(value).map(
    ([key, each]) => [checkedKey(key, name), pairText(each, key)] as const,
  )
  return Object.fromEntries(pairs)
}

function checkedKey(key: string, name: string): string {
  if (key.length === 0 || key.length > 255 || key.includes('\0') || !key.isWellFormed()) {
    throw bad(name, 'a key must have from 1 to 255 characters')
  }
  return key
}

function pairText(value: Json, key: string): string {
  return text({ [key]: value }, key, { max: 255 }) ?? ''
}
