/**
 * Accounts keep what clients say of them; a role can belong to a domain; what a role implies is a record.
 *
 * A name of a role is taken once in its domain, and once among the roles of no domain. The column that was unique before goes on
 * being so and holds both together, because SQLite cannot let go of a constraint of a table that others refer to.
 */
import type { Upgrade } from './upgrade.ts'

const withOptions = ['domains', 'projects', 'users', 'roles']

export const keptOfAccounts: Upgrade = {
  number: 20,
  name: 'kept of accounts',
  statements: () => [
    ...[...withOptions, 'user_groups'].map(
      (table) => `ALTER TABLE ${table} ADD COLUMN extra TEXT NOT NULL DEFAULT '{}'`,
    ),
    ...withOptions.map(
      (table) => `ALTER TABLE ${table} ADD COLUMN options TEXT NOT NULL DEFAULT '{}'`,
    ),
    'ALTER TABLE roles RENAME COLUMN name TO taken',
    "ALTER TABLE roles ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    'ALTER TABLE roles ADD COLUMN domain_id TEXT',
    'UPDATE roles SET name = taken',
    `CREATE TABLE role_inferences (
      prior_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
      implied_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
      PRIMARY KEY (prior_id, implied_id)
    )`,
    `INSERT INTO role_inferences (prior_id, implied_id)
      SELECT p.id, i.id FROM roles p, roles i
      WHERE (p.name = 'admin' AND i.name = 'manager')
        OR (p.name = 'manager' AND i.name = 'member')
        OR (p.name = 'member' AND i.name = 'reader')`,
  ],
}
