/**
 * Records of servers.
 *
 * A change names the server as it was read and is refused as stale when somebody changed it since. Deleting is one-way: the
 * row stays for history, `alive` goes, and with it the database's permission to hold anything.
 */
import type { HostName, ProjectId, ServerId } from '../../domain/ids.ts'
import type { FlavorCopy, Server, ServerDetails } from '../../domain/server.ts'
import type { TaskState, VmState } from '../../domain/states.ts'
import type { Instant } from '../../lib/clock.ts'
import { toJson } from '../../lib/json.ts'
import { assert, problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import type { Reader, Tx } from '../store.ts'
import {
  changingColumns,
  detailsOf,
  flavorOf,
  insertServer,
  selectHeldServer,
  selectServer,
  selectTags,
  splitTags,
  toServer,
  updateServer,
  updateTask,
} from './server-rows.ts'
import type { ServerRow } from './server-rows.ts'

export type NewServer = ServerDetails &
  Pick<
    Server,
    | 'id'
    | 'projectId'
    | 'userId'
    | 'name'
    | 'imageId'
    | 'flavor'
    | 'groupId'
    | 'zone'
    | 'keyName'
    | 'tags'
    | 'createdAt'
    | 'taskState'
  >

/** What of a server may change. */
export type ServerPatch = Partial<
  ServerDetails &
    Pick<
      Server,
      | 'name'
      | 'host'
      | 'vmState'
      | 'taskState'
      | 'powerState'
      | 'deleteRequested'
      | 'imageId'
      | 'flavor'
      | 'move'
      | 'zone'
      | 'keyName'
      | 'locked'
      | 'launchedAt'
      | 'terminatedAt'
    >
>

/** Makes the record of a server that has nowhere to be yet. */
export async function insert(tx: Tx, server: NewServer): Promise<Server> {
  const columns: Omit<ServerRow, 'number'> = {
    id: server.id,
    alive: 1,
    generation: 1,
    project_id: server.projectId,
    user_id: server.userId,
    name: server.name,
    host: null,
    vm_state: 'building',
    task_state: server.taskState,
    power_state: 'nostate',
    delete_requested: 0,
    image_id: server.imageId,
    flavor_id: server.flavor.id,
    flavor: toJson(server.flavor),
    move: null,
    group_id: server.groupId,
    zone: server.zone,
    key_name: server.keyName,
    locked: 0,
    details: toJson(detailsOf(server)),
    charged_cores: server.flavor.vcpus,
    charged_ram_mb: server.flavor.memoryMb,
    created_at: server.createdAt,
    updated_at: server.createdAt,
    launched_at: null,
    terminated_at: null,
    deleted_at: null,
  }
  const [row] = (await insertServer(tx, columns)).rows
  assert(row !== undefined, 'a server has a number', { server: server.id })
  for (const tag of server.tags) {
    await tx.insertInto('server_tags').values({ server_id: server.id, tag }).execute()
  }
  await tell(tx, server.id, server.projectId, server.createdAt, {
    vmState: 'building',
    taskState: server.taskState,
    host: null,
  })
  return toServer({ ...columns, number: row.number }, server.tags)
}

/** The server, deleted or not, or null. */
export async function find(reader: Reader, id: ServerId): Promise<Server | null> {
  const [row] = (await selectServer(reader, { id })).rows
  return row === undefined ? null : toServer(row, splitTags(row.tags))
}

/**
 * The living server.
 * @throws `not-found` when there is none of that id or it was deleted.
 */
export async function get(reader: Reader, id: ServerId): Promise<Server> {
  const server = await find(reader, id)
  if (server === null || server.deletedAt !== null) throw noSuch(id)
  return server
}

/** Like `get`, and holds it until the transaction ends: what is decided on it stays true. */
export async function hold(tx: Tx, id: ServerId): Promise<Server> {
  const [row] = (await selectHeldServer(tx, { id })).rows
  if (row === undefined || row.alive === null) throw noSuch(id)
  return toServer(row, splitTags(row.tags))
}

/**
 * Changes a living server that is still as it was read.
 * @throws `stale` when it is not.
 */
export async function change(
  tx: Tx,
  server: Server,
  patch: ServerPatch,
  now: Instant,
): Promise<Server> {
  const next: Server = { ...server, ...patch, generation: server.generation + 1, updatedAt: now }
  const guard = { id: server.id, was: server.generation }
  const { name, host, ...columns } = changingColumns(next)
  // Mostly the same as before. Indexes have them, and what is set is written there anew, though it be the same.
  const renamed = next.name === server.name ? {} : { name }
  const moved = next.host === server.host ? {} : { host }
  const changed = { ...guard, ...columns, ...renamed, ...moved }
  const { numAffectedRows } = await updateServer(tx, changed)
  if (numAffectedRows === 0n) throw stale(server.id)
  await tell(tx, server.id, server.projectId, now, {
    vmState: next.vmState,
    taskState: next.taskState,
    host: next.host,
  })
  return next
}

/** Shows what is being done with a living server, unless it shows that already or is to be deleted. */
export async function showTask(
  tx: Tx,
  id: ServerId,
  task: TaskState | null,
  now: Instant,
): Promise<void> {
  const [row] = (await updateTask(tx, { id, task, at: now })).rows
  if (row === undefined) return
  await tell(tx, id, row.project_id as ProjectId, now, {
    // Written by this folder from values of these very types.
    vmState: row.vm_state as VmState,
    taskState: task,
    host: row.host as HostName | null,
  })
}

/** Replaces the tags, in their order of the alphabet. */
export async function setTags(
  tx: Tx,
  server: Server,
  tags: readonly string[],
  now: Instant,
): Promise<void> {
  await change(tx, server, {}, now)
  await tx.deleteFrom('server_tags').where('server_id', '=', server.id).execute()
  for (const tag of tags) {
    await tx.insertInto('server_tags').values({ server_id: server.id, tag }).execute()
  }
}

/**
 * Marks the server deleted; its project is charged nothing for it any more. The database refuses while it, or a consumer of it,
 * holds anything.
 */
export async function bury(tx: Tx, server: Server, now: Instant): Promise<void> {
  const guard = { id: server.id, was: server.generation }
  const { numAffectedRows } = await updateServer(tx, {
    ...guard,
    alive: null,
    generation: server.generation + 1,
    vm_state: 'deleted',
    task_state: null,
    power_state: 'nostate',
    move: null,
    charged_cores: 0,
    charged_ram_mb: 0,
    updated_at: now,
    terminated_at: now,
    deleted_at: now,
  })
  if (numAffectedRows === 0n) throw stale(server.id)
  await tell(tx, server.id, server.projectId, now, {
    vmState: 'deleted',
    taskState: null,
    host: server.host,
  })
}

/** Living servers whose record says that they are on the host. */
export async function onHost(reader: Reader, host: HostName): Promise<readonly Server[]> {
  const rows = await reader
    .selectFrom('servers')
    .selectAll()
    .where('host', '=', host)
    .where('alive', '=', 1)
    .orderBy('number')
    .execute()
  return await toServers(reader, rows)
}

/** Living members of a server group. */
export async function inGroup(reader: Reader, groupId: string): Promise<readonly Server[]> {
  const rows = await reader
    .selectFrom('servers')
    .selectAll()
    .where('group_id', '=', groupId)
    .where('alive', '=', 1)
    .execute()
  return await toServers(reader, rows)
}

/** Rows become servers; for queries in other files of this folder. */
export async function toServers(
  reader: Reader,
  rows: readonly ServerRow[],
): Promise<readonly Server[]> {
  const tags = await tagsOf(
    reader,
    rows.map((row) => row.id),
  )
  // Of many servers most have one of a few flavors, and nearly all that have the same have the same copy of it.
  const flavors = new Map<string, { readonly text: string; readonly copy: FlavorCopy }>()
  return rows.map((row) => {
    let flavor = flavors.get(row.flavor_id)
    if (flavor?.text !== row.flavor) {
      flavor = { text: row.flavor, copy: flavorOf(row) }
      flavors.set(row.flavor_id, flavor)
    }
    return toServer(row, tags.get(row.id) ?? [], flavor.copy)
  })
}

export function noSuch(id: ServerId): Error {
  return problem('not-found', `Instance ${id} could not be found.`, { server: id })
}

function stale(id: ServerId): Error {
  return problem('stale', 'The server was changed by somebody else', { server: id })
}

async function tell(
  tx: Tx,
  id: ServerId,
  projectId: ProjectId,
  at: Instant,
  data: { vmState: VmState; taskState: TaskState | null; host: HostName | null },
): Promise<void> {
  await changes.record(tx, { topic: 'server', key: id, projectId, at, data })
}

/** Ids in one query; a server without tags is not in the map. */
async function tagsOf(
  reader: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await selectTags(reader, { servers: toJson(ids) })
  return new Map(rows.map(({ id, tags }) => [id, splitTags(tags)]))
}
