/**
 * Schemas of requests, and the steps that walk them back.
 *
 * A schema is written once, for the newest version. A path names a property by its way down: `server.networks[].tag` is the
 * property `tag` of the items of `networks` of `server`. A step on a path that is not there is a mistake and fails loudly.
 */
import type { TSchema } from 'typebox'
import { assert } from '../../../lib/problem.ts'
import type { SchemaStep } from '../change.ts'

export type JsonSchema = {
  type?: string | string[]
  properties?: { [name: string]: JsonSchema }
  patternProperties?: { [pattern: string]: JsonSchema }
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  [keyword: string]: unknown
}

/** A schema however it was written; a TypeBox schema is a JSON schema. */
export type Schematic = JsonSchema | TSchema

/** Properties that were not taken yet. */
export function lacking(...paths: readonly string[]): SchemaStep {
  return changing(paths, (holder, name) => {
    assert(holder.properties?.[name] !== undefined, 'no such property to take away', { name })
    delete holder.properties[name]
    spare(holder, name)
  })
}

/** A property that was still taken, or was of another form. */
export function taking(path: string, schema: Schematic): SchemaStep {
  return changing([path], (holder, name) => {
    holder.properties = { ...holder.properties, [name]: copyOf(schema) }
  })
}

/** Properties that were required. */
export function demanding(...paths: readonly string[]): SchemaStep {
  return changing(paths, (holder, name) => {
    holder.required = [...(holder.required ?? []), name]
  })
}

/** Properties that were not required. */
export function sparing(...paths: readonly string[]): SchemaStep {
  return changing(paths, spare)
}

/** Whatever else was in it was overlooked. */
export const tolerant: SchemaStep = (schema) => ({ ...schema, additionalProperties: true })

/** Something else altogether. */
export function being(schema: Schematic): SchemaStep {
  return () => copyOf(schema)
}

export function both(...steps: readonly SchemaStep[]): SchemaStep {
  return (schema) => steps.reduce((result, step) => step(result), schema)
}

/** A copy, so that later steps do not reach the schema itself. */
function copyOf(schema: Schematic): JsonSchema {
  return structuredClone(schema) as JsonSchema
}

function spare(holder: JsonSchema, name: string): void {
  const required = holder.required?.filter((each) => each !== name)
  if (required === undefined || required.length === 0) delete holder.required
  else holder.required = required
}

function changing(
  paths: readonly string[],
  edit: (holder: JsonSchema, name: string) => void,
): SchemaStep {
  return (schema) => {
    for (const path of paths) {
      const names = path.split('.')
      const name = names.pop() ?? ''
      edit(
        names.reduce((holder, each) => descend(holder, each, path), schema),
        name,
      )
    }
    return schema
  }
}

function descend(holder: JsonSchema, step: string, path: string): JsonSchema {
  const name = step.replace('[]', '')
  const next = holder.properties?.[name]
  const found = step.endsWith('[]') ? itemsOf(next) : next
  assert(found !== undefined, 'no such place in the schema', { path, step })
  return found
}

/** The items of a list, also where the list is one of several forms. */
function itemsOf(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.items ?? schema?.oneOf?.find((each) => each.items !== undefined)?.items
}
