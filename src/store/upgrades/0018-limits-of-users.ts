/**
 * Users of a project can have limits of their own. What they use is counted from the servers that are there; one that is put aside
 * and on its way back is charged already.
 */
import type { Upgrade } from './upgrade.ts'

export const limitsOfUsers: Upgrade = {
  number: 18,
  name: 'limits of users',
  statements: () => [
    `CREATE TABLE user_quota_limits (
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      resource TEXT NOT NULL,
      "limit" BIGINT NOT NULL,
      PRIMARY KEY (project_id, user_id, resource)
    )`,
    `CREATE TABLE user_usages (
      project_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      instances BIGINT NOT NULL CHECK (instances >= 0),
      cores BIGINT NOT NULL CHECK (cores >= 0),
      ram_mb BIGINT NOT NULL CHECK (ram_mb >= 0),
      PRIMARY KEY (project_id, user_id)
    )`,
    `INSERT INTO user_usages (project_id, user_id, instances, cores, ram_mb)
      SELECT project_id, user_id,
        SUM(CASE WHEN vm_state = 'soft-delete' AND charged_cores = 0 THEN 0 ELSE 1 END),
        SUM(charged_cores),
        SUM(charged_ram_mb)
      FROM servers WHERE alive = 1 GROUP BY project_id, user_id`,
  ],
}
