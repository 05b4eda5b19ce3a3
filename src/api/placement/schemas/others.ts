/** Bodies of providers, their traits and aggregates, and of resource classes. */
import { providerNameLengthMax } from '../../../domain/placement/provider.ts'
import { customNamePattern, uuid } from './json-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const name: JsonSchema = { type: 'string', maxLength: providerNameLengthMax }
const parent: JsonSchema = { anyOf: [uuid, { type: 'null' }] }
const generation: JsonSchema = { type: 'integer' }

export const newProvider: JsonSchema = {
  type: 'object',
  properties: { name, uuid, parent_provider_uuid: parent },
  required: ['name'],
  additionalProperties: false,
}

export const changedProvider: JsonSchema = {
  type: 'object',
  properties: { name, parent_provider_uuid: parent },
  required: ['name'],
  additionalProperties: false,
}

export const listOfAggregates: JsonSchema = { type: 'array', items: uuid, uniqueItems: true }

export const providerAggregates: JsonSchema = {
  type: 'object',
  properties: { aggregates: listOfAggregates, resource_provider_generation: generation },
  required: ['aggregates', 'resource_provider_generation'],
  additionalProperties: false,
}

export const providerTraits: JsonSchema = {
  type: 'object',
  properties: {
    traits: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 255 } },
    resource_provider_generation: generation,
  },
  required: ['traits', 'resource_provider_generation'],
  additionalProperties: false,
}

export const resourceClass: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string', pattern: customNamePattern, maxLength: 255 } },
  required: ['name'],
  additionalProperties: false,
}
