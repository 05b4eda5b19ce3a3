/** Groups of addresses, which rules of security groups can speak of. The database refuses to forget one that a rule names. */
import type { Upgrade } from './upgrade.ts'

export const addressGroups: Upgrade = {
  number: 25,
  name: 'address groups',
  statements: ({ identity }) => [
    `CREATE TABLE address_groups (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      description TEXT NOT NULL,
      addresses TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      updated_at BIGINT NOT NULL,
      revision BIGINT NOT NULL
    )`,
    'CREATE INDEX address_groups_of_project ON address_groups (project_id)',
    `ALTER TABLE security_group_rules
      ADD COLUMN remote_address_group_id TEXT REFERENCES address_groups (id)`,
    `CREATE INDEX rules_of_address_group ON security_group_rules (remote_address_group_id)
      WHERE remote_address_group_id IS NOT NULL`,
  ],
}
