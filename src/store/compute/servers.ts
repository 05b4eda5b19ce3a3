/**
 * Records of servers.
 *
 * A change names the server as it was read and is refused as stale when somebody changed it since. Deleting is one-way: the
 * row stays for history, `alive` goes, and with it the database's permission to hold anything.
 */
import type { Selectable } from 'kysely'
import type { FlavorId, HostName, ImageId, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { FlavorCopy, MoveMemory, Server, ServerDetails } from '../../domain/server.ts'
import type { PowerState, TaskState, VmState } from '../../domain/states.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { holding } from '../dialect/dialect.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

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
export async function insert(tx: Tx, server: NewServer): Promise<void> {
  await tx
    .insertInto('servers')
    .values({
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
    })
    .execute()
  for (const tag of server.tags) {
    await tx.insertInto('server_tags').values({ server_id: server.id, tag }).execute()
  }
  await tell(tx, server.id, server.projectId, server.createdAt, {
    vmState: 'building',
    taskState: server.taskState,
    host: null,
  })
}

/** The server, deleted or not, or null. */
export async function find(reader: Reader, id: ServerId): Promise<Server | null> {
  const row = await reader.selectFrom('servers').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return null
  return toServer(row, await tagsOf(reader, [id]))
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
  const query = tx.selectFrom('servers').selectAll().where('id', '=', id)
  const row = await holding(tx, query).executeTakeFirst()
  if (row === undefined || row.alive === null) throw noSuch(id)
  return toServer(row, await tagsOf(tx, [id]))
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
  const row = await tx
    .updateTable('servers')
    .set({
      generation: next.generation,
      name: next.name,
      host: next.host,
      vm_state: next.vmState,
      task_state: next.taskState,
      power_state: next.powerState,
      delete_requested: next.deleteRequested ? 1 : 0,
      image_id: next.imageId,
      flavor_id: next.flavor.id,
      flavor: toJson(next.flavor),
      move: next.move === null ? null : toJson(next.move),
      zone: next.zone,
      key_name: next.keyName,
      locked: next.locked ? 1 : 0,
      details: toJson(detailsOf(next)),
      updated_at: now,
      launched_at: next.launchedAt,
      terminated_at: next.terminatedAt,
    })
    .where('id', '=', server.id)
    .where('generation', '=', server.generation)
    .where('alive', '=', 1)
    .executeTakeFirst()
  if (row.numUpdatedRows === 0n) throw stale(server.id)
  await tell(tx, server.id, server.projectId, now, {
    vmState: next.vmState,
    taskState: next.taskState,
    host: next.host,
  })
  return next
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

/** Sets what the project is charged for the server, and answers what it was charged before. */
export async function setCharge(
  tx: Tx,
  id: ServerId,
  charge: { readonly cores: number; readonly ram: number },
): Promise<{ readonly cores: number; readonly ram: number }> {
  const row = await tx
    .selectFrom('servers')
    .select(['charged_cores', 'charged_ram_mb'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await tx
    .updateTable('servers')
    .set({ charged_cores: charge.cores, charged_ram_mb: charge.ram })
    .where('id', '=', id)
    .execute()
  return { cores: row.charged_cores, ram: row.charged_ram_mb }
}

/** Marks the server deleted. The database refuses while it, or a consumer of it, holds anything. */
export async function bury(tx: Tx, server: Server, now: Instant): Promise<void> {
  const row = await tx
    .updateTable('servers')
    .set({
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
    .where('id', '=', server.id)
    .where('generation', '=', server.generation)
    .where('alive', '=', 1)
    .executeTakeFirst()
  if (row.numUpdatedRows === 0n) throw stale(server.id)
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

/** Living servers that rest in a state. */
export async function resting(reader: Reader, vmState: VmState): Promise<readonly Server[]> {
  const rows = await reader
    .selectFrom('servers')
    .selectAll()
    .where('alive', '=', 1)
    .where('vm_state', '=', vmState)
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
  rows: readonly Selectable<Tables['servers']>[],
): Promise<readonly Server[]> {
  const tags = await tagsOf(
    reader,
    rows.map((row) => row.id),
  )
  return rows.map((row) => toServer(row, tags))
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
  const tags = new Map<string, string[]>()
  if (ids.length === 0) return tags
  const rows = await reader
    .selectFrom('server_tags')
    .selectAll()
    .where('server_id', 'in', ids)
    .orderBy('tag')
    .execute()
  for (const { server_id: id, tag } of rows) tags.set(id, [...(tags.get(id) ?? []), tag])
  return tags
}

function detailsOf(server: ServerDetails): ServerDetails {
  return {
    description: server.description,
    hostname: server.hostname,
    metadata: server.metadata,
    accessIpV4: server.accessIpV4,
    accessIpV6: server.accessIpV6,
    configDrive: server.configDrive,
    userData: server.userData,
    diskConfig: server.diskConfig,
    reservationId: server.reservationId,
    launchIndex: server.launchIndex,
    rootDeviceName: server.rootDeviceName,
    schedulerHints: server.schedulerHints,
    securityGroups: server.securityGroups,
    trustedImageCertificates: server.trustedImageCertificates,
    imageProperties: server.imageProperties,
    imageMinDiskGb: server.imageMinDiskGb,
    lockedBy: server.lockedBy,
    lockedReason: server.lockedReason,
    pinnedZone: server.pinnedZone,
    progress: server.progress,
    shelved: server.shelved,
    softDeletedAt: server.softDeletedAt,
    wanted: server.wanted,
  }
}

function toServer(
  row: Selectable<Tables['servers']>,
  tags: ReadonlyMap<string, readonly string[]>,
): Server {
  return {
    ...fromJson<ServerDetails>(row.details),
    // Ids and states were written by this file from values of these very types.
    id: row.id as ServerId,
    number: row.number,
    generation: row.generation,
    projectId: row.project_id as ProjectId,
    userId: row.user_id as UserId,
    name: row.name,
    host: row.host as HostName | null,
    vmState: row.vm_state as VmState,
    taskState: row.task_state as TaskState | null,
    powerState: row.power_state as PowerState,
    deleteRequested: row.delete_requested === 1,
    imageId: row.image_id as ImageId | null,
    flavor: { ...fromJson<FlavorCopy>(row.flavor), id: row.flavor_id as FlavorId },
    move: row.move === null ? null : fromJson<MoveMemory>(row.move),
    groupId: row.group_id,
    zone: row.zone,
    keyName: row.key_name,
    locked: row.locked === 1,
    tags: tags.get(row.id) ?? [],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    launchedAt: row.launched_at,
    terminatedAt: row.terminated_at,
    deletedAt: row.deleted_at,
  }
}
