/** A server group: its members are to share a host, or not to. */
import type { ServerGroup } from '../../../domain/server-group.ts'
import type { Wire } from '../change.ts'

export function serverGroup(of: ServerGroup): Wire {
  return {
    id: of.id,
    name: of.name,
    policy: of.policy,
    rules: of.maxServerPerHost === null ? {} : { max_server_per_host: of.maxServerPerHost },
    members: of.members,
    project_id: of.projectId,
    user_id: of.userId,
  }
}
