/** Quotas of projects and of the class of all. */
import type { SchemaStep } from '../change.ts'
import { both, taking } from './json-schema.ts'
import { flag, int32Max, object, whole } from './parts.ts'
import { anyText, many, query } from './queries.ts'

const limit = whole({ minimum: -1, maximum: int32Max })

const limits = {
  cores: limit,
  instances: limit,
  key_pairs: limit,
  metadata_items: limit,
  ram: limit,
  server_group_members: limit,
  server_groups: limit,
}

export const updateQuota = object({ quota_set: object({}, { ...limits, force: flag }) })
export const updateQuotaClass = object({ quota_class_set: object({}, limits) })
export const quotaQuery = query({ user_id: many(anyText) })
export const limitsQuery = query({ tenant_id: many(anyText) })

/** What the network service counts now. */
export const networkResources = [
  'fixed_ips',
  'floating_ips',
  'security_group_rules',
  'security_groups',
] as const

/** Limits of these could be set too. */
export function alsoLimiting(holder: string, ...names: readonly string[]): SchemaStep {
  return both(...names.map((name) => taking(`${holder}.${name}`, limit)))
}
