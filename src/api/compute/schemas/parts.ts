/**
 * The pieces that request schemas are made of.
 *
 * Numbers and booleans may come as text, as clients of this API have always sent them; `whole` and `flag` take both and hand
 * over the number or boolean that was meant.
 */
import type { Static, TSchema } from 'typebox'
import { typed } from './typed.ts'

type Properties = Readonly<Record<string, TSchema>>

/** An object that has these properties and no others; those of the second list may be absent. */
export function object<R extends Properties, O extends Properties = Record<never, never>>(
  required: R,
  optional?: O,
) {
  const properties = { ...required, ...optional }
  // The type says what the schema says: the first are there, the second may be.
  return typed<{ [K in keyof R]: Static<R[K]> } & { [K in keyof O]?: Static<O[K]> | undefined }>({
    type: 'object',
    properties,
    ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
    additionalProperties: false,
  })
}

/** A map from keys to texts. */
export function map<S extends TSchema>(value: S, bounds: Readonly<Record<string, number>> = {}) {
  return typed<Record<string, Static<S>>>({
    type: 'object',
    additionalProperties: false,
    patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': value },
    ...bounds,
  })
}

export function list<S extends TSchema>(items: S, bounds: Readonly<Record<string, unknown>> = {}) {
  return typed<Static<S>[]>({ type: 'array', items, ...bounds })
}

export function oneOf<const T extends readonly string[]>(...values: T) {
  return typed<T[number]>({ type: 'string', enum: values })
}

export function text(bounds: Readonly<Record<string, unknown>> = {}) {
  return typed<string>({ type: 'string', ...bounds })
}

export function orNull<S extends TSchema>(schema: S) {
  // The schema's own type becomes one of two.
  const { type } = schema as unknown as { type: string }
  return typed<Static<S> | null>({ ...schema, type: [type, 'null'] })
}

/** Nothing, or an object. */
export function nothingOr<S extends TSchema>(schema: S) {
  return orNull(schema)
}

export const anything = typed<unknown>({})
export const nothing = typed<null>({ type: 'null' })
export const uuid = text({ format: 'uuid' })
export const name = text({ minLength: 1, maxLength: 255, format: 'name' })
export const description = typed<string | null>({
  type: ['string', 'null'],
  minLength: 0,
  maxLength: 255,
  format: 'printable',
})
export const hostName = text({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' })
export const ipv4 = text({ format: 'ipv4' })
export const ipv6 = text({ format: 'ipv6' })
export const ipAddress = typed<string>({
  type: 'string',
  oneOf: [{ format: 'ipv4' }, { format: 'ipv6' }],
})
export const tag = text({ minLength: 1, maxLength: 60, pattern: '^[^,/]*$' })
export const shortText = text({ maxLength: 255 })

/** A boolean, also as text: `"True"`, `"on"`, `"0"`. */
export const flag = typed<boolean>({ flag: true })

/** A whole number, also as text. */
export function whole(bounds: { readonly minimum?: number; readonly maximum?: number } = {}) {
  return typed<number>({ whole: bounds })
}

export function wholeOrNull(bounds: { readonly minimum?: number; readonly maximum?: number } = {}) {
  return typed<number | null>({ whole: { ...bounds, nullable: true } })
}

/** The largest number that a size may have. */
export const int32Max = 2_147_483_647
