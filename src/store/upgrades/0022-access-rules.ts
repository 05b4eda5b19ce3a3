/**
 * Access rules of users. A credential keeps its rules whole besides: what is enforced is what it was made with.
 */
import type { Upgrade } from './upgrade.ts'

export const accessRules: Upgrade = {
  number: 22,
  name: 'access rules',
  statements: () => [
    'ALTER TABLE application_credentials ADD COLUMN access_rules TEXT',
    `CREATE TABLE access_rules (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      service TEXT NOT NULL,
      method TEXT NOT NULL,
      path TEXT NOT NULL,
      UNIQUE (user_id, service, method, path)
    )`,
  ],
}
