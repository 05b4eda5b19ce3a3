/** Providers, inventories, consumers, allocations. */
import type { Upgrade } from './upgrade.ts'

export const placement: Upgrade = {
  number: 3,
  name: 'placement',
  statements: ({ identity }) => [
    `CREATE TABLE providers (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      parent BIGINT REFERENCES providers (number),
      root BIGINT NOT NULL,
      generation BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    'CREATE INDEX providers_of_root ON providers (root)',
    'CREATE INDEX providers_of_parent ON providers (parent)',
    `CREATE TABLE resource_classes (
      number BIGINT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    `CREATE TABLE traits (
      number ${identity},
      name TEXT NOT NULL UNIQUE,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    `CREATE TABLE provider_traits (
      provider BIGINT NOT NULL REFERENCES providers (number),
      trait BIGINT NOT NULL REFERENCES traits (number),
      PRIMARY KEY (provider, trait)
    )`,
    'CREATE INDEX provider_traits_by_trait ON provider_traits (trait)',
    `CREATE TABLE aggregates (number ${identity}, id TEXT NOT NULL UNIQUE)`,
    `CREATE TABLE provider_aggregates (
      provider BIGINT NOT NULL REFERENCES providers (number),
      aggregate BIGINT NOT NULL REFERENCES aggregates (number),
      PRIMARY KEY (provider, aggregate)
    )`,
    `CREATE TABLE inventories (
      provider BIGINT NOT NULL REFERENCES providers (number),
      class BIGINT NOT NULL REFERENCES resource_classes (number),
      total BIGINT NOT NULL,
      reserved BIGINT NOT NULL,
      min_unit BIGINT NOT NULL,
      max_unit BIGINT NOT NULL,
      step_size BIGINT NOT NULL,
      ratio DOUBLE PRECISION NOT NULL,
      used BIGINT NOT NULL CHECK (used >= 0),
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (provider, class)
    )`,
    'CREATE INDEX inventories_of_class ON inventories (class)',
    `CREATE TABLE consumers (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      generation BIGINT NOT NULL,
      type TEXT,
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      server_id TEXT,
      server_alive BIGINT CHECK (server_alive = 1),
      migration_id TEXT,
      migration_open BIGINT CHECK (migration_open = 1),
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      FOREIGN KEY (server_id, server_alive) REFERENCES servers (id, alive),
      FOREIGN KEY (migration_id, migration_open) REFERENCES migrations (id, open),
      CHECK ((server_id IS NULL) = (server_alive IS NULL)),
      CHECK ((migration_id IS NULL) = (migration_open IS NULL)),
      CHECK (server_id IS NULL OR migration_id IS NULL)
    )`,
    'CREATE INDEX consumers_of_project ON consumers (project_id, user_id)',
    'CREATE INDEX consumers_of_server ON consumers (server_id)',
    'CREATE INDEX consumers_of_migration ON consumers (migration_id)',
    `CREATE TABLE allocations (
      consumer BIGINT NOT NULL REFERENCES consumers (number),
      provider BIGINT NOT NULL,
      class BIGINT NOT NULL,
      used BIGINT NOT NULL CHECK (used > 0),
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (consumer, provider, class),
      FOREIGN KEY (provider, class) REFERENCES inventories (provider, class)
    )`,
    'CREATE INDEX allocations_on_provider ON allocations (provider, class)',
  ],
}
