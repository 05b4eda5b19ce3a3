/** Pools that subnets get their blocks from. */
import type { Upgrade } from './upgrade.ts'

export const subnetPools: Upgrade = {
  number: 16,
  name: 'subnet pools',
  statements: ({ identity }) => [
    `CREATE TABLE subnet_pools (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      ip_version BIGINT NOT NULL,
      prefixes TEXT NOT NULL,
      usual_length BIGINT NOT NULL,
      least_length BIGINT NOT NULL,
      most_length BIGINT NOT NULL,
      quota BIGINT,
      shared BIGINT NOT NULL,
      default_for BIGINT UNIQUE,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      revision BIGINT NOT NULL
    )`,
    'ALTER TABLE subnets ADD COLUMN pool_id TEXT REFERENCES subnet_pools (id)',
    'CREATE INDEX subnets_of_pool ON subnets (pool_id)',
    `ALTER TABLE network_tags ADD COLUMN subnet_pool_id TEXT
      REFERENCES subnet_pools (id) ON DELETE CASCADE`,
    'CREATE UNIQUE INDEX network_tags_of_subnet_pools ON network_tags (subnet_pool_id, tag)',
  ],
}
