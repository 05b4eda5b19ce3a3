/**
 * What large lists of servers are found by: their names, in order, and the few that are not simply there, running or switched off.
 *
 * Both cost a boot one entry, and the second one its removal: a hundredth of its work.
 */
import type { Upgrade } from './upgrade.ts'

export const listsOfServers: Upgrade = {
  number: 19,
  name: 'lists of servers',
  statements: () => [
    'CREATE INDEX servers_by_name ON servers (project_id, name, created_at, number) WHERE alive = 1',
    // The condition is that of `isUnsettled` (compute/server-filter.ts), word by word, or the index is of no use.
    `CREATE INDEX servers_unsettled ON servers (project_id)
      WHERE vm_state NOT IN ('active', 'stopped', 'deleted') OR task_state IS NOT NULL`,
  ],
}
