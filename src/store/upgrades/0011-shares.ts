/** Shares that are attached to servers. */
import type { Upgrade } from './upgrade.ts'

export const shares: Upgrade = {
  number: 11,
  name: 'shares',
  statements: () => [
    `CREATE TABLE server_shares (
      id TEXT PRIMARY KEY,
      server_id TEXT NOT NULL REFERENCES servers (id),
      share_id TEXT NOT NULL,
      tag TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      UNIQUE (server_id, share_id),
      UNIQUE (server_id, tag)
    )`,
  ],
}
