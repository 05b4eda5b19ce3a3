/** Bodies of inventories. */
import { unitsMax } from '../../../domain/placement/inventory.ts'
import { namePattern } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const units = (minimum: number): JsonSchema => ({ type: 'integer', maximum: unitsMax, minimum })

const generation = { resource_provider_generation: { type: 'integer' } } as const

const record = {
  total: units(1),
  reserved: units(0),
  min_unit: units(1),
  max_unit: units(1),
  step_size: units(1),
  // The largest that a single-precision column holds.
  allocation_ratio: { type: 'number', maximum: 3.40282e38 },
} as const

export const replacedInventory: JsonSchema = {
  type: 'object',
  properties: { ...generation, ...record },
  required: ['total', 'resource_provider_generation'],
  additionalProperties: false,
}

export const newInventory: JsonSchema = {
  type: 'object',
  properties: {
    ...generation,
    ...record,
    resource_class: { type: 'string', pattern: namePattern },
  },
  required: ['total', 'resource_class'],
  additionalProperties: false,
}

export const replacedInventories: JsonSchema = {
  type: 'object',
  properties: {
    ...generation,
    inventories: {
      type: 'object',
      patternProperties: {
        [namePattern]: {
          type: 'object',
          properties: { ...generation, ...record },
          required: ['total'],
          additionalProperties: false,
        },
      },
    },
  },
  required: ['resource_provider_generation', 'inventories'],
  additionalProperties: false,
}
