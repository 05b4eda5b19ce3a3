/** Tokens of consoles. */
import type { Upgrade } from './upgrade.ts'

export const consoles: Upgrade = {
  number: 9,
  name: 'consoles',
  statements: () => [
    `CREATE TABLE console_tokens (
      hash TEXT PRIMARY KEY,
      server_id TEXT NOT NULL REFERENCES servers (id),
      on_host TEXT NOT NULL,
      kind TEXT NOT NULL,
      place TEXT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
    `CREATE INDEX console_tokens_by_expiry ON console_tokens (expires_at)`,
  ],
}
