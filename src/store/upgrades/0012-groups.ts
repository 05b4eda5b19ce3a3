/** Groups of users, and the roles that they have as a group. */
import type { Upgrade } from './upgrade.ts'

export const groups: Upgrade = {
  number: 12,
  name: 'groups',
  statements: () => [
    `CREATE TABLE user_groups (
      id TEXT PRIMARY KEY,
      domain_id TEXT NOT NULL REFERENCES domains (id),
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      UNIQUE (domain_id, name)
    )`,
    `CREATE TABLE group_members (
      group_id TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      PRIMARY KEY (group_id, user_id)
    )`,
    'CREATE INDEX group_members_of_user ON group_members (user_id)',
    `CREATE TABLE group_assignments (
      group_id TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
      role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
      target_kind TEXT NOT NULL,
      target_id TEXT NOT NULL,
      PRIMARY KEY (group_id, target_kind, target_id, role_id)
    )`,
    'CREATE INDEX group_assignments_of_target ON group_assignments (target_kind, target_id)',
  ],
}
