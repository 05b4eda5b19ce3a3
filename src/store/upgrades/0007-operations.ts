/** What other services tell of servers, and hosts that are being emptied. */
import type { Upgrade } from './upgrade.ts'

export const operations: Upgrade = {
  number: 7,
  name: 'operations',
  statements: () => [
    `CREATE TABLE external_events (
      server_id TEXT NOT NULL REFERENCES servers (id),
      name TEXT NOT NULL,
      tag TEXT NOT NULL,
      status TEXT NOT NULL,
      at BIGINT NOT NULL,
      PRIMARY KEY (server_id, name, tag)
    )`,
    `CREATE TABLE host_drains (
      host TEXT PRIMARY KEY REFERENCES hosts (name),
      state TEXT NOT NULL,
      total BIGINT NOT NULL,
      stuck TEXT NOT NULL,
      started_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL
    )`,
  ],
}
