/** What operators and owners say of volumes besides: transfers, qualities of service, encryption, who may write. */
import type { Upgrade } from './upgrade.ts'

export const volumeRecords: Upgrade = {
  number: 13,
  name: 'volume records',
  statements: ({ identity }) => [
    'ALTER TABLE volumes ADD COLUMN access_said BIGINT NOT NULL DEFAULT 0',
    "ALTER TABLE volume_snapshots ADD COLUMN progress TEXT NOT NULL DEFAULT '100%'",
    `CREATE TABLE volume_transfers (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      volume_id TEXT NOT NULL UNIQUE REFERENCES volumes (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL,
      name TEXT,
      key_hash TEXT NOT NULL,
      with_snapshots BIGINT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    'CREATE INDEX volume_transfers_of_project ON volume_transfers (project_id)',
    `CREATE TABLE volume_qos_specs (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      consumer TEXT NOT NULL,
      specs TEXT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    'ALTER TABLE volume_types ADD COLUMN qos_specs_id TEXT REFERENCES volume_qos_specs (id)',
    'CREATE INDEX volume_types_of_qos_specs ON volume_types (qos_specs_id)',
    `CREATE TABLE volume_type_encryption (
      type_id TEXT PRIMARY KEY REFERENCES volume_types (id) ON DELETE CASCADE,
      id TEXT NOT NULL UNIQUE,
      provider TEXT NOT NULL,
      control_location TEXT NOT NULL,
      cipher TEXT,
      key_size BIGINT,
      created_at BIGINT NOT NULL
    )`,
  ],
}
