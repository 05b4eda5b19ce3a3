/**
 * Servers as rows, and the statements that every operation on a server runs many times over.
 *
 * What is looked for, ordered by or referenced has a column; the rest is one text of details.
 */
import { sql } from 'kysely'
import type { AliasedRawBuilder, Selectable } from 'kysely'
import type { FlavorId, HostName, ImageId, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import type { FlavorCopy, MoveMemory, Server, ServerDetails } from '../../domain/server.ts'
import type { PowerState, TaskState, VmState } from '../../domain/states.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { holding, isAmong, one } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Tables } from '../tables/tables.ts'

export type ServerRow = Selectable<Tables['servers']>

export const selectServer = prepared((db, by: { id: string }) =>
  db.selectFrom('servers').selectAll().select(joinedTags()).where('id', '=', by.id),
)

export const selectHeldServer = prepared((db, by: { id: string }) =>
  holding(db, db.selectFrom('servers').selectAll().select(joinedTags()).where('id', '=', by.id)),
)

export const insertServer = prepared((db, row: Omit<Tables['servers'], 'number'>) =>
  db.insertInto('servers').values(row).returning('number'),
)

type Guard = { readonly id: string; readonly was: number }
type Columns = Partial<Omit<Tables['servers'], FixedColumn>>
type Burial = Pick<Tables['servers'], 'alive' | 'charged_cores' | 'charged_ram_mb' | 'deleted_at'>

/** Changes a living server that is still of the generation that it was. */
export const updateServer = prepared(
  (db, { id, was, ...columns }: Guard & Columns & Partial<Burial>) =>
    db
      .updateTable('servers')
      .set(columns)
      .where('id', '=', id)
      .where('generation', '=', was)
      .where('alive', '=', one),
)

export const updateTask = prepared(
  (db, { id, task, at }: { id: string; task: string | null; at: number }) =>
    db
      .updateTable('servers')
      .set((e) => ({ task_state: task, generation: e('generation', '+', 1), updated_at: at }))
      .where('id', '=', id)
      .where('alive', '=', one)
      .where('delete_requested', '=', 0)
      .where('task_state', 'is distinct from', task)
      .returning(['project_id', 'vm_state', 'host']),
)

/** The columns that may change with the server. */
export function changingColumns(server: Server): Omit<Tables['servers'], FixedColumn> {
  return {
    generation: server.generation,
    name: server.name,
    host: server.host,
    vm_state: server.vmState,
    task_state: server.taskState,
    power_state: server.powerState,
    delete_requested: server.deleteRequested ? 1 : 0,
    image_id: server.imageId,
    flavor_id: server.flavor.id,
    flavor: toJson(server.flavor),
    move: server.move === null ? null : toJson(server.move),
    zone: server.zone,
    key_name: server.keyName,
    locked: server.locked ? 1 : 0,
    details: toJson(detailsOf(server)),
    updated_at: server.updatedAt,
    launched_at: server.launchedAt,
    terminated_at: server.terminatedAt,
  }
}

type FixedColumn =
  | 'alive'
  | 'charged_cores'
  | 'charged_ram_mb'
  | 'created_at'
  | 'deleted_at'
  | 'group_id'
  | 'id'
  | 'number'
  | 'project_id'
  | 'user_id'

/** The tags of the server at hand in one text; none of them has a comma in it. */
function joinedTags(): AliasedRawBuilder<string | null, 'tags'> {
  return sql<string | null>`(
    select string_agg(tag, ',' order by tag) from server_tags where server_id = servers.id
  )`.as('tags')
}

/** The same of many servers; one without tags is not among them. */
export const selectTags = prepared((db, by: { servers: string }) =>
  db
    .selectFrom('server_tags')
    .select(['server_id as id', sql<string>`string_agg(tag, ',' order by tag)`.as('tags')])
    .where(isAmong(db, 'server_id', by.servers))
    .groupBy('server_id'),
)

export function splitTags(joined: string | null): readonly string[] {
  return joined === null ? [] : joined.split(',')
}

export function toServer(
  row: ServerRow,
  tags: readonly string[],
  flavor: FlavorCopy = flavorOf(row),
): Server {
  return {
    ...fromJson<ServerDetails>(row.details),
    // Ids and states were written by this folder from values of these very types.
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
    flavor,
    move: row.move === null ? null : fromJson<MoveMemory>(row.move),
    groupId: row.group_id,
    zone: row.zone,
    keyName: row.key_name,
    locked: row.locked === 1,
    tags,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    launchedAt: row.launched_at,
    terminatedAt: row.terminated_at,
    deletedAt: row.deleted_at,
  }
}

export function flavorOf(row: Pick<ServerRow, 'flavor' | 'flavor_id'>): FlavorCopy {
  // Stored under such an id.
  return { ...fromJson<FlavorCopy>(row.flavor), id: row.flavor_id as FlavorId }
}

export function detailsOf(server: ServerDetails): ServerDetails {
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
