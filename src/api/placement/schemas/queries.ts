/** Queries, as far as a schema can say. A parameter that comes more than once is judged by its last value. */
import { uuid } from './json-schema.ts'
import type { JsonSchema, SchemaStep } from './json-schema.ts'

const text: JsonSchema = { type: 'string' }
const identity: JsonSchema = { type: 'string', minLength: 1, maxLength: 255 }

export const providerList: JsonSchema = {
  type: 'object',
  properties: { name: text, uuid, member_of: text, resources: text, in_tree: uuid, required: text },
  additionalProperties: false,
}

export const traitList: JsonSchema = {
  type: 'object',
  properties: { name: text, associated: text },
  additionalProperties: false,
}

export const usages: JsonSchema = {
  type: 'object',
  properties: {
    project_id: identity,
    user_id: identity,
    consumer_type: {
      type: 'string',
      pattern: '^[A-Z0-9_]+$|^all|^unknown$',
      minLength: 1,
      maxLength: 255,
    },
  },
  required: ['project_id'],
  additionalProperties: false,
}

const grouped = ['resources', 'required', 'member_of', 'in_tree'] as const

/** What stands behind the name of a parameter of a group. */
export const suffixes = {
  words: '[a-zA-Z0-9_-]{1,64}',
  numbers: '[1-9][0-9]*',
} as const

export function groupPattern(name: string, suffix: string): string {
  return `^${name}(${suffix})?$`
}

export const candidates: JsonSchema = {
  type: 'object',
  properties: {
    limit: { type: ['integer', 'string'], pattern: '^[1-9][0-9]*$', minimum: 1, minLength: 1 },
    group_policy: { type: 'string', enum: ['none', 'isolate'] },
    root_required: text,
    same_subtree: text,
  },
  additionalProperties: false,
  patternProperties: patterns(grouped, suffixes.words),
}

/** Groups were told apart by numbers. */
export const numberedGroups: SchemaStep = (schema) => ({
  ...schema,
  patternProperties: patterns(grouped, suffixes.numbers),
})

/** There was one group, and it had to have resources. */
export const oneGroup: SchemaStep = (schema) => {
  const { patternProperties: _, properties = {}, ...rest } = schema
  const { group_policy: __, ...others } = properties
  return {
    ...rest,
    properties: { resources: text, required: text, member_of: text, ...others },
    required: ['resources'],
  }
}

function patterns(names: readonly string[], suffix: string): Record<string, JsonSchema> {
  return Object.fromEntries(names.map((name) => [groupPattern(name, suffix), text]))
}
