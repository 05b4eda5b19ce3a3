/** Bodies of allocations: of one consumer, of many, and together with inventories. */
import { replacedInventories } from './inventories.ts'
import { namePattern, uuid, uuidPattern } from './json-schema.ts'
import type { JsonSchema, SchemaStep } from './json-schema.ts'

const resources: JsonSchema = {
  type: 'object',
  minProperties: 1,
  patternProperties: { [namePattern]: { type: 'integer', minimum: 1 } },
  additionalProperties: false,
}

const identity: JsonSchema = { type: 'string', minLength: 1, maxLength: 255 }

export const allocationsOfOne: JsonSchema = {
  type: 'object',
  properties: {
    allocations: {
      type: 'object',
      patternProperties: {
        [uuidPattern]: {
          type: 'object',
          properties: { generation: { type: 'integer' }, resources },
          required: ['resources'],
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    project_id: identity,
    user_id: identity,
    consumer_generation: { type: ['integer', 'null'] },
    mappings: {
      type: 'object',
      minProperties: 1,
      patternProperties: {
        '[a-zA-Z0-9_-]{1,64}': { type: 'array', minItems: 1, items: uuid },
      },
    },
    consumer_type: { type: 'string', pattern: namePattern, minLength: 1, maxLength: 255 },
  },
  additionalProperties: false,
  required: ['allocations', 'project_id', 'user_id', 'consumer_generation', 'consumer_type'],
}

export const allocationsOfMany: JsonSchema = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  patternProperties: { [uuidPattern]: allocationsOfOne },
}

export const reshaping: JsonSchema = {
  type: 'object',
  properties: {
    inventories: {
      type: 'object',
      patternProperties: { [uuidPattern]: replacedInventories },
      // Without any there would be no reason to ask.
      minProperties: 1,
      additionalProperties: false,
    },
    allocations: { ...allocationsOfMany, minProperties: 0 },
  },
  required: ['inventories', 'allocations'],
  additionalProperties: false,
}

/** A consumer could only be emptied by deleting what it holds. */
export const neverEmpty: SchemaStep = (schema) => ({
  ...schema,
  properties: {
    ...schema.properties,
    allocations: { ...schema.properties?.['allocations'], minProperties: 1 },
  },
})

/** Allocations were a list, each with its provider. */
export const asList: SchemaStep = (schema) => ({
  ...schema,
  properties: {
    ...schema.properties,
    allocations: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          resource_provider: {
            type: 'object',
            properties: { uuid },
            additionalProperties: false,
            required: ['uuid'],
          },
          resources,
        },
        required: ['resource_provider', 'resources'],
        additionalProperties: false,
      },
    },
  },
})
