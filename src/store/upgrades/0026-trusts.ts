/** Trusts. One goes with its users and its project, and its tokens go with it. */
import type { Upgrade } from './upgrade.ts'

export const trusts: Upgrade = {
  number: 26,
  name: 'trusts',
  statements: () => [
    `CREATE TABLE trusts (
      id TEXT PRIMARY KEY,
      trustor_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      trustee_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      impersonation BIGINT NOT NULL,
      roles TEXT NOT NULL,
      expires_at BIGINT,
      remaining_uses BIGINT,
      created_at BIGINT NOT NULL
    )`,
    'CREATE INDEX trusts_of_trustor ON trusts (trustor_id)',
    'CREATE INDEX trusts_of_trustee ON trusts (trustee_id)',
    'ALTER TABLE tokens ADD COLUMN trust_id TEXT REFERENCES trusts (id) ON DELETE CASCADE',
  ],
}
