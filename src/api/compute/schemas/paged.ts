/** Queries of lists that are found by other things than pages alone. */
import {
  anyText,
  countText,
  flagText,
  hostText,
  many,
  paging,
  query,
  single,
  timeText,
} from './queries.ts'

export const actionsQuery = query({
  limit: single(countText),
  marker: single(anyText),
  'changes-since': single(timeText),
  'changes-before': single(timeText),
})

export const migrationsQuery = query({
  hidden: many(anyText),
  host: many(anyText),
  instance_uuid: many(anyText),
  source_compute: many(anyText),
  status: many(anyText),
  migration_type: many(anyText),
  limit: single(countText),
  marker: single(anyText),
  'changes-since': single(timeText),
  'changes-before': single(timeText),
  user_id: single(anyText),
  project_id: single(anyText),
})

export const hypervisorsQuery = query({
  limit: single(countText),
  marker: single(anyText),
  hypervisor_hostname_pattern: single(hostText),
  with_servers: single(flagText),
})
export const hypervisorQuery = query({ with_servers: single(flagText) })

export const servicesQuery = query({ host: many(anyText), binary: many(anyText) })

const window = { start: many(anyText), end: many(anyText) }
export const usagesQuery = query({ ...paging, ...window, detailed: many(anyText) })
export const usageQuery = query({ ...paging, ...window })
