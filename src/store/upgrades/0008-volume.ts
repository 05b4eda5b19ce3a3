/** Volumes, their snapshots and attachments, and which of them are disks of servers. */
import type { Upgrade } from './upgrade.ts'

export const volume: Upgrade = {
  number: 8,
  name: 'volume',
  statements: ({ identity }) => [
    `CREATE TABLE volume_types (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL UNIQUE,
      description TEXT,
      is_public BIGINT NOT NULL,
      extra_specs TEXT NOT NULL,
      chosen BIGINT UNIQUE CHECK (chosen = 1),
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE volume_type_access (
      type_id TEXT NOT NULL REFERENCES volume_types (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL,
      PRIMARY KEY (type_id, project_id)
    )`,
    `CREATE TABLE volumes (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      name TEXT,
      description TEXT,
      status TEXT NOT NULL,
      migration_status TEXT,
      size_gb BIGINT NOT NULL CHECK (size_gb > 0),
      zone TEXT NOT NULL,
      type_id TEXT NOT NULL REFERENCES volume_types (id),
      bootable BIGINT NOT NULL,
      read_only BIGINT NOT NULL,
      multiattach BIGINT NOT NULL,
      metadata TEXT NOT NULL,
      snapshot_id TEXT,
      source_id TEXT,
      image_metadata TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    'CREATE INDEX volumes_of_project ON volumes (project_id)',
    'CREATE INDEX volumes_of_type ON volumes (type_id)',
    `CREATE TABLE volume_snapshots (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      volume_id TEXT NOT NULL REFERENCES volumes (id),
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      name TEXT,
      description TEXT,
      status TEXT NOT NULL,
      size_gb BIGINT NOT NULL,
      metadata TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
    'CREATE INDEX volume_snapshots_of_volume ON volume_snapshots (volume_id)',
    'CREATE INDEX volume_snapshots_of_project ON volume_snapshots (project_id)',
    `CREATE TABLE volume_attachments (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      volume_id TEXT NOT NULL REFERENCES volumes (id),
      project_id TEXT NOT NULL,
      exclusive BIGINT CHECK (exclusive = 1),
      server_id TEXT,
      host TEXT,
      device TEXT,
      mode TEXT NOT NULL,
      state TEXT NOT NULL,
      connector TEXT,
      attached_at BIGINT,
      created_at BIGINT NOT NULL,
      UNIQUE (volume_id, exclusive)
    )`,
    'CREATE INDEX volume_attachments_of_server ON volume_attachments (server_id)',
    'CREATE INDEX volume_attachments_of_project ON volume_attachments (project_id)',
    `CREATE TABLE volume_limits (
      project_id TEXT NOT NULL,
      resource TEXT NOT NULL,
      "limit" BIGINT NOT NULL,
      PRIMARY KEY (project_id, resource)
    )`,
    `CREATE TABLE volume_usages (
      project_id TEXT PRIMARY KEY,
      volumes BIGINT NOT NULL CHECK (volumes >= 0),
      snapshots BIGINT NOT NULL CHECK (snapshots >= 0),
      gigabytes BIGINT NOT NULL CHECK (gigabytes >= 0)
    )`,
    `CREATE TABLE server_volumes (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      server_id TEXT NOT NULL,
      server_alive BIGINT NOT NULL CHECK (server_alive = 1),
      volume_id TEXT REFERENCES volumes (id),
      attachment_id TEXT UNIQUE REFERENCES volume_attachments (id),
      made_from TEXT,
      boot_index BIGINT,
      device TEXT NOT NULL,
      tag TEXT,
      delete_on_termination BIGINT NOT NULL,
      created_at BIGINT NOT NULL,
      UNIQUE (server_id, volume_id),
      UNIQUE (server_id, device),
      CHECK ((volume_id IS NULL) = (attachment_id IS NULL)),
      FOREIGN KEY (server_id, server_alive) REFERENCES servers (id, alive)
    )`,
    'CREATE INDEX server_volumes_of_volume ON server_volumes (volume_id)',
  ],
}
