/**
 * Schemas of bodies and queries as JSON Schema, and the steps that walk them back.
 *
 * The order of a schema's keywords matters: of several things that are wrong at the same depth, the one whose keyword comes
 * first is told.
 */
import { assert } from '../../../lib/problem.ts'

export type JsonSchema = {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly [keyword: string]: unknown
}

/** From the schema of a version to that of the one before. */
export type SchemaStep = (schema: JsonSchema) => JsonSchema

export const uuidPattern = '^[0-9a-fA-F-]{36}$'
export const namePattern = '^[A-Z0-9_]+$'
export const customNamePattern = '^CUSTOM_[A-Z0-9_]+$'
export const uuid: JsonSchema = { type: 'string', format: 'uuid' }

/** Properties that did not exist yet, required or not. */
export function lacking(...names: readonly string[]): SchemaStep {
  return (schema) => {
    const properties = { ...schema.properties }
    for (const name of names) {
      assert(properties[name] !== undefined, 'no such property to take away', { name })
      delete properties[name]
    }
    const required = schema.required?.filter((name) => !names.includes(name)) ?? []
    const { required: _, ...rest } = schema
    return { ...rest, properties, ...(required.length === 0 ? {} : { required }) }
  }
}

/** Names of properties by pattern that were not taken yet. */
export function lackingPatterns(...patterns: readonly string[]): SchemaStep {
  return (schema) => {
    const patternProperties = { ...schema.patternProperties }
    for (const pattern of patterns) {
      assert(patternProperties[pattern] !== undefined, 'no such pattern to take away', { pattern })
      delete patternProperties[pattern]
    }
    return { ...schema, patternProperties }
  }
}

/** The step for the values of all properties whose names have a pattern. */
export function eachValue(pattern: string, step: SchemaStep): SchemaStep {
  return (schema) => {
    const inner = schema.patternProperties?.[pattern]
    assert(inner !== undefined, 'no such pattern', { pattern })
    return {
      ...schema,
      patternProperties: { ...schema.patternProperties, [pattern]: step(inner) },
    }
  }
}

/** The step for one property. */
export function within(name: string, step: SchemaStep): SchemaStep {
  return (schema) => {
    const inner = schema.properties?.[name]
    assert(inner !== undefined, 'no such property', { name })
    return { ...schema, properties: { ...schema.properties, [name]: step(inner) } }
  }
}

/** Something else altogether. */
export function being(schema: JsonSchema): SchemaStep {
  return () => schema
}
