/**
 * Reading the fields of a JSON object that somebody sent.
 *
 * A reader says what it wants and throws `invalid` with the field's name when it finds something else. `undefined` means that
 * the field was not sent; whether null may stand for "none" is part of what is wanted.
 */
import type { Json, JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { isJsonObject } from './json-body.ts'

export type TextRule = {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
  /** The only values there are. */
  readonly oneOf?: readonly string[]
}

/** Names and descriptions in OpenStack's databases have this many characters at most. */
export const shortText: TextRule = { max: 255 }

export function text(
  parent: JsonObject,
  name: string,
  rule: TextRule = shortText,
): string | undefined {
  const value = own(parent, name)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw bad(name, 'it must be a string')
  return checked(value, name, rule)
}

export function neededText(parent: JsonObject, name: string, rule: TextRule = {}): string {
  const value = text(parent, name, { min: 1, max: 255, ...rule })
  if (value === undefined) throw bad(name, 'it is required')
  return value
}

/** As `text`, where null stands for none. */
export function textOrNull(
  parent: JsonObject,
  name: string,
  rule: TextRule = shortText,
): string | null | undefined {
  return own(parent, name) === null ? null : text(parent, name, rule)
}

export function flag(parent: JsonObject, name: string): boolean | undefined {
  const value = own(parent, name)
  if (value === undefined || typeof value === 'boolean') return value
  throw bad(name, 'it must be a boolean')
}

export function whole(
  parent: JsonObject,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const value = own(parent, name)
  if (value === undefined) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw bad(name, 'it must be an integer')
  if (value < range.min || value > range.max) {
    throw bad(name, `it must be between ${range.min} and ${range.max}`)
  }
  return value
}

export function object(parent: JsonObject, name: string): JsonObject | undefined {
  const value = own(parent, name)
  if (value === undefined || isJsonObject(value)) return value
  throw bad(name, 'it must be an object')
}

export function neededObject(parent: JsonObject, name: string): JsonObject {
  const value = object(parent, name)
  if (value === undefined) throw bad(name, 'it is required')
  return value
}

export function list(parent: JsonObject, name: string): readonly Json[] | undefined {
  const value = own(parent, name)
  if (value === undefined || Array.isArray(value)) return value
  throw bad(name, 'it must be a list')
}

export function texts(
  parent: JsonObject,
  name: string,
  rule: TextRule = shortText,
): readonly string[] | undefined {
  return list(parent, name)?.map((value) => {
    if (typeof value !== 'string') throw bad(name, 'each of its items must be a string')
    return checked(value, name, rule)
  })
}

export function objects(parent: JsonObject, name: string): readonly JsonObject[] | undefined {
  return list(parent, name)?.map((value) => {
    if (!isJsonObject(value)) throw bad(name, 'each of its items must be an object')
    return value
  })
}

/** The value of a field, if it was sent. Never what objects have from their prototype. */
export function own(parent: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(parent, name) ? parent[name] : undefined
}

export function bad(name: string, why: string): Error {
  return problem('invalid', `Invalid input for field '${name}': ${why}.`, { field: name })
}

function checked(value: string, name: string, { min, max, pattern, oneOf }: TextRule): string {
  // Characters that no database keeps: a null byte, and halves of a pair.
  if (value.includes('\0') || !value.isWellFormed())
    throw bad(name, 'it has characters that are not text')
  if (min !== undefined && value.length < min) throw bad(name, 'it is too short')
  if (max !== undefined && value.length > max)
    throw bad(name, `it is longer than ${max} characters`)
  if (pattern !== undefined && !pattern.test(value)) throw bad(name, 'it has a wrong form')
  if (oneOf !== undefined && !oneOf.includes(value))
    throw bad(name, `it must be one of ${oneOf.join(', ')}`)
  return value
}

type Sent<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** Only the fields that were sent: a change says nothing about the rest. */
export function sent<T extends object>(fields: T): Sent<T> {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  // Dropping the undefined ones leaves exactly this type.
  return Object.fromEntries(present) as Sent<T>
}
