/** Pieces of the schemas of queries. A parameter may come more than once, so each is a list of texts. */
import type { JsonSchema } from './json-schema.ts'

/** Whatever comes is overlooked. */
export const anyQuery: JsonSchema = { type: 'object', properties: {}, additionalProperties: true }

/** Nothing may come; below the version that judges it, what comes is overlooked. */
export const noQuery: JsonSchema = { type: 'object', properties: {}, additionalProperties: false }

export function query(parameters: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties: { ...parameters }, additionalProperties: false }
}

/** A parameter of which any number may come. */
export function many(item: JsonSchema): JsonSchema {
  return { type: 'array', items: item }
}

/** A parameter that may come once. */
export function single(item: JsonSchema): JsonSchema {
  return { type: 'array', items: item, maxItems: 1 }
}

export const anyText: JsonSchema = { type: 'string' }
export const regexText: JsonSchema = { type: 'string', format: 'regex' }
export const timeText: JsonSchema = { type: 'string', format: 'date-time' }
export const countText: JsonSchema = { type: 'string', minLength: 1, pattern: '^[0-9]*$' }
export const flagText: JsonSchema = { flag: true }
export const hostText: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  pattern: '^[a-zA-Z0-9-._]*$',
}

/** Lists that come in pages behind a marker. */
export const paging = { limit: many(countText), marker: many(anyText) }
/** Lists that come in pages from an offset. */
export const counting = { limit: many(countText), offset: many(countText) }
