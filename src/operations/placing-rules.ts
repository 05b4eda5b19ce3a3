/** Where other servers are, for server groups and hints. */
import type { HostName, ServerId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import type { Json } from '../lib/json.ts'
import type { GroupPolicy, GroupRule } from '../scheduler/request.ts'
import * as neighbours from '../store/compute/neighbours.ts'
import * as servers from '../store/compute/servers.ts'
import type { Tx } from '../store/store.ts'

/** The rule of the server's group, and where its other members are. */
export async function groupRuleOf(tx: Tx, server: Server): Promise<GroupRule | null> {
  if (server.groupId === null) return null
  const terms = await neighbours.holdGroup(tx, server.groupId)
  if (terms === null) return null
  return {
    // Written by the API after validation against these very words.
    policy: terms.policy as GroupPolicy,
    perHostMax: terms.perHostMax,
    members: await neighbours.membersByHost(tx, server.groupId, server.id),
  }
}

/** The hosts of the servers that a hint names: an id or a list of ids. Null when there is no hint. */
export async function hostsOfServers(
  tx: Tx,
  hint: Json | undefined,
): Promise<ReadonlySet<HostName> | null> {
  if (hint === undefined || hint === null) return null
  const ids = (Array.isArray(hint) ? hint : [hint]).map(String)
  const found = await Promise.all(ids.map(async (id) => await servers.find(tx, id as ServerId))) // a text from a hint is an id or finds nothing
  return new Set(found.flatMap((server) => (server?.host ? [server.host] : [])))
}
