/** Backups of volumes. They refer to no volume: one that is deleted leaves its backups behind. */
import type { Upgrade } from './upgrade.ts'

export const volumeBackups: Upgrade = {
  number: 24,
  name: 'volume backups',
  statements: ({ identity }) => [
    `CREATE TABLE volume_backups (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      volume_id TEXT NOT NULL,
      snapshot_id TEXT,
      parent_id TEXT REFERENCES volume_backups (id),
      name TEXT,
      description TEXT,
      status TEXT NOT NULL,
      size_gb BIGINT NOT NULL,
      container TEXT,
      zone TEXT,
      metadata TEXT NOT NULL,
      content TEXT NOT NULL,
      data_at BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    'CREATE INDEX volume_backups_of_project ON volume_backups (project_id)',
    'CREATE INDEX volume_backups_of_volume ON volume_backups (volume_id)',
    'CREATE INDEX volume_backups_of_parent ON volume_backups (parent_id)',
  ],
}
