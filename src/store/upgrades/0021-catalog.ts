/** Services, endpoints and regions that operators add to the catalog. An endpoint may belong to a service that runs here. */
import type { Upgrade } from './upgrade.ts'

export const catalog: Upgrade = {
  number: 21,
  name: 'catalog',
  statements: () => [
    `CREATE TABLE catalog_regions (
      id TEXT PRIMARY KEY,
      description TEXT NOT NULL,
      parent_id TEXT,
      extra TEXT NOT NULL
    )`,
    `CREATE TABLE catalog_services (
      id TEXT PRIMARY KEY,
      type TEXT NOT NULL,
      name TEXT NOT NULL,
      enabled BIGINT NOT NULL,
      extra TEXT NOT NULL
    )`,
    `CREATE TABLE catalog_endpoints (
      id TEXT PRIMARY KEY,
      service_id TEXT NOT NULL,
      side TEXT NOT NULL,
      region_id TEXT,
      url TEXT NOT NULL,
      enabled BIGINT NOT NULL,
      extra TEXT NOT NULL
    )`,
  ],
}
