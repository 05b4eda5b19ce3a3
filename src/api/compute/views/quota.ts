/** Limits by resource: of a project, of the class of all projects, and with what is used. */
import type { QuotaUse } from '../../../app/quotas.ts'
import type { Limits, QuotaResource } from '../../../domain/quota.ts'
import type { Wire } from '../change.ts'
import type { QuotaOf } from '../views.ts'

/** Resources that the newest version shows. */
const shown = [
  'cores',
  'instances',
  'key_pairs',
  'metadata_items',
  'ram',
  'server_group_members',
  'server_groups',
] as const satisfies readonly QuotaResource[]

export function quotaSet({ id, values }: QuotaOf<Limits>): Wire {
  return { id, ...picked(values) }
}

export function quotaUpdated({ values }: QuotaOf<Limits>): Wire {
  return picked(values)
}

export function quotaClass({ id, values }: QuotaOf<Limits>): Wire {
  return { id, ...picked(values) }
}

export function quotaDetail({ id, values }: QuotaOf<QuotaUse>): Wire {
  return { id, ...picked(values) }
}

function picked(values: Readonly<Record<QuotaResource, unknown>>): Wire {
  return Object.fromEntries(shown.map((resource) => [resource, values[resource]]))
}
