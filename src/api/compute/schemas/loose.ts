/** The form from before input was judged strictly: what is not known is overlooked, and names may have spaces around them. */
import type { Lift, Wire } from '../change.ts'
import type { JsonSchema } from './json-schema.ts'

/** Overlooks unknown keys, and takes names with spaces at their ends. */
export function loosened(schema: JsonSchema): JsonSchema {
  const loose: JsonSchema = { ...schema }
  if (schema.properties !== undefined) {
    loose.properties = mapped(schema.properties)
    if (schema.additionalProperties === false) loose.additionalProperties = true
  }
  if (schema.items !== undefined) loose.items = loosened(schema.items)
  for (const forms of ['anyOf', 'oneOf', 'allOf'] as const) {
    const list = schema[forms]
    if (list !== undefined) loose[forms] = list.map(loosened)
  }
  const { format } = schema
  if (format === 'name' || format === 'zone-name') loose['format'] = `loose-${format}`
  return loose
}

/** Takes the spaces from around names. */
export const trimmed: Lift = (body) =>
  Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      isWire(value) ? withTrimmedName(value) : value,
    ]),
  )

function withTrimmedName(wish: Wire): Wire {
  const { name } = wish
  return typeof name === 'string' ? { ...wish, name: name.trim() } : wish
}

function mapped(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, loosened(each)]))
}

function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
