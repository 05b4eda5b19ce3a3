/** Domains that networks and floating addresses are known in, and scopes within which addresses are unique. */
import type { Upgrade } from './upgrade.ts'

export const namesAndScopes: Upgrade = {
  number: 23,
  name: 'names and scopes',
  statements: ({ identity }) => [
    "ALTER TABLE networks ADD COLUMN dns_domain TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE floating_ips ADD COLUMN dns_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE floating_ips ADD COLUMN dns_domain TEXT NOT NULL DEFAULT ''",
    `CREATE TABLE address_scopes (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      ip_version BIGINT NOT NULL,
      shared BIGINT NOT NULL
    )`,
    'CREATE INDEX address_scopes_of_project ON address_scopes (project_id)',
    'ALTER TABLE subnet_pools ADD COLUMN scope_id TEXT REFERENCES address_scopes (id)',
    'CREATE INDEX subnet_pools_of_scope ON subnet_pools (scope_id)',
  ],
}
