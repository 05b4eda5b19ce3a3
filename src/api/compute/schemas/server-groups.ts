/** Server groups. */
import { name, object, oneOf, whole } from './parts.ts'
import type { JsonSchema } from './json-schema.ts'
import { counting, many, anyText, query } from './queries.ts'

export const createGroup = object({
  server_group: object(
    { name, policy: oneOf('anti-affinity', 'affinity', 'soft-anti-affinity', 'soft-affinity') },
    { rules: object({}, { max_server_per_host: whole({ minimum: 1 }) }) },
  ),
})

/** A list of one, which is what a policy was written as. */
export function policiesList(...policies: readonly string[]): JsonSchema {
  return {
    type: 'array',
    items: { type: 'string', enum: [...policies] },
    minItems: 1,
    maxItems: 1,
  }
}

export const groupsQuery = query({ ...counting, all_projects: many(anyText) })
