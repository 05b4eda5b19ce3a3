/** Images and with whom they are shared. */
import type { Upgrade } from './upgrade.ts'

export const image: Upgrade = {
  number: 5,
  name: 'image',
  statements: ({ identity }) => [
    `CREATE TABLE images (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      owner TEXT NOT NULL,
      name TEXT,
      status TEXT NOT NULL,
      visibility TEXT NOT NULL,
      size BIGINT,
      checksum TEXT,
      sha512 TEXT,
      file TEXT,
      min_disk_gb BIGINT NOT NULL,
      min_memory_mb BIGINT NOT NULL,
      disk_format TEXT,
      container_format TEXT,
      protected BIGINT NOT NULL,
      hidden BIGINT NOT NULL,
      tags TEXT NOT NULL,
      properties TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      CHECK ((status = 'queued') = (size IS NULL))
    )`,
    'CREATE INDEX images_of_owner ON images (owner)',
    'CREATE INDEX images_named ON images (name)',
    `CREATE TABLE image_members (
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL,
      status TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      PRIMARY KEY (image_id, project_id)
    )`,
    'CREATE INDEX image_members_of_project ON image_members (project_id)',
  ],
}
