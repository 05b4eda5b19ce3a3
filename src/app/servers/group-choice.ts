/** The server group that new servers join, from their hints. */
import type { Owner } from '../../domain/quota.ts'
import type { SchedulerHints } from '../../domain/server.ts'
import { problem } from '../../lib/problem.ts'
import { holdGroup } from '../../store/compute/neighbours.ts'
import { limitFor } from '../../store/compute/quotas.ts'
import * as groups from '../../store/compute/server-groups.ts'
import * as servers from '../../store/compute/servers.ts'
import type { Tx } from '../../store/store.ts'

/**
 * The id of the group, or null when no hint names one.
 * @throws `invalid` when there is no such group for the project, `over-quota` when it would have too many members.
 */
export async function groupForNewServers(
  tx: Tx,
  owner: Owner,
  hints: SchedulerHints,
  count: number,
): Promise<string | null> {
  const hint = hints['group']
  if (hint === undefined || hint === null) return null
  // Those who join at the same time come one after the other, and each counts what those before have added.
  if (typeof hint === 'string') await holdGroup(tx, hint)
  const group = typeof hint === 'string' ? await groups.find(tx, hint) : null
  if (group === null || group.projectId !== owner.projectId) {
    throw problem('invalid', `Instance group ${JSON.stringify(hint)} could not be found.`, {
      group: hint,
    })
  }
  const limit = await limitFor(tx, owner, 'server_group_members')
  // Each user counts what is their own.
  const members = (await servers.inGroup(tx, group.id)).filter(
    ({ userId }) => userId === owner.userId,
  ).length
  if (limit >= 0 && members + count > limit) {
    throw problem('over-quota', 'Quota exceeded, too many servers in group', { group: group.id })
  }
  return group.id
}
