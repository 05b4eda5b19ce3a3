/** Types of volumes, and which projects may use those that are not for everybody. */
import type { ProjectId, VolumeTypeId } from '../../domain/ids.ts'
import type { VolumeType } from '../../domain/volume/volume.ts'
import type { Instant } from '../../lib/clock.ts'
import { derivedUuid } from '../../lib/ids.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { assert, problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volume_types'], 'number' | 'chosen'>

const defaultName = '__DEFAULT__'

/** Whose types are asked for: everybody's, or those that a project may use. */
export type TypeSight = 'all' | { readonly projectId: ProjectId | null }

/** By id or name. */
export async function find(
  reader: Reader,
  ref: string,
  sight: TypeSight,
): Promise<VolumeType | null> {
  const row = await seenBy(reader, sight)
    .where((e) => e.or([e('id', '=', ref), e('name', '=', ref)]))
    .executeTakeFirst()
  return row === undefined ? null : toType(row)
}

export async function list(reader: Reader, sight: TypeSight): Promise<readonly VolumeType[]> {
  return (await seenBy(reader, sight).orderBy('number', 'desc').execute()).map(toType)
}

/** The one that volumes are of whose maker has no wish. */
export async function chosen(reader: Reader): Promise<VolumeType> {
  const query = reader.selectFrom('volume_types').selectAll().where('chosen', '=', 1)
  const row = await query.executeTakeFirst()
  assert(row !== undefined, 'one type is the default')
  return toType(row)
}

/** What volumes tell of their type. */
export type TypeBrief = { readonly name: string; readonly isEncrypted: boolean }

/** All types by id. */
export async function briefs(reader: Reader): Promise<ReadonlyMap<VolumeTypeId, TypeBrief>> {
  const rows = await reader
    .selectFrom('volume_types')
    .leftJoin('volume_type_encryption', 'volume_type_encryption.type_id', 'volume_types.id')
    .select(['volume_types.id', 'name', 'volume_type_encryption.id as encryption'])
    .execute()
  return new Map(
    // The column holds ids of types.
    rows.map(({ id, name, encryption }) => [
      id as VolumeTypeId,
      { name, isEncrypted: encryption !== null },
    ]),
  )
}

/** Makes the one that volumes are of whose maker has no wish, if there is none. */
export async function addDefault(tx: Tx, at: Instant): Promise<void> {
  const type: VolumeType = {
    // Derived, so that every process that adds it adds the same.
    id: derivedUuid('volume type', defaultName) as VolumeTypeId,
    name: defaultName,
    description: 'Default Volume Type',
    isPublic: true,
    extraSpecs: {},
    qosId: null,
    createdAt: at,
  }
  await tx
    .insertInto('volume_types')
    .values({ ...toRow(type), chosen: 1 })
    .onConflict((on) => on.doNothing())
    .execute()
}

/** @throws `conflict` when the name is taken. */
export async function add(tx: Tx, type: VolumeType): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('volume_types')
    .values({ ...toRow(type), chosen: null })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw taken(type.name)
}

export async function save(tx: Tx, type: VolumeType): Promise<void> {
  await tx.updateTable('volume_types').set(toRow(type)).where('id', '=', type.id).execute()
}

export async function remove(tx: Tx, id: VolumeTypeId): Promise<void> {
  await tx.deleteFrom('volume_types').where('id', '=', id).execute()
}

export async function projectsWith(
  reader: Reader,
  id: VolumeTypeId,
): Promise<readonly ProjectId[]> {
  const query = reader.selectFrom('volume_type_access').select('project_id')
  const rows = await query.where('type_id', '=', id).orderBy('project_id').execute()
  // The column holds ids of projects.
  return rows.map((row) => row.project_id as ProjectId)
}

/** False when the project may use it already. */
export async function allow(tx: Tx, id: VolumeTypeId, projectId: ProjectId): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('volume_type_access')
    .values({ type_id: id, project_id: projectId })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** False when the project could not use it. */
export async function forbid(tx: Tx, id: VolumeTypeId, projectId: ProjectId): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('volume_type_access')
    .where('type_id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

export function missing(ref: string): Error {
  return problem('not-found', `Volume type ${ref} could not be found.`, { type: ref })
}

export function taken(name: string): Error {
  return problem('conflict', `Volume Type ${name} already exists.`, { name })
}

function seenBy(reader: Reader, sight: TypeSight) {
  const query = reader.selectFrom('volume_types').selectAll()
  if (sight === 'all') return query
  return query.where((e) =>
    e.or([
      e('is_public', '=', 1),
      e('id', 'in', (access) =>
        access
          .selectFrom('volume_type_access')
          .select('type_id')
          .where('project_id', '=', sight.projectId ?? ''),
      ),
    ]),
  )
}

function toRow(type: VolumeType): Row {
  return {
    id: type.id,
    name: type.name,
    description: type.description,
    is_public: Number(type.isPublic),
    extra_specs: toJson(type.extraSpecs),
    qos_specs_id: type.qosId,
    created_at: type.createdAt,
  }
}

function toType(row: Row): VolumeType {
  return {
    // A row's id is what its column says.
    id: row.id as VolumeTypeId,
    name: row.name,
    description: row.description,
    isPublic: row.is_public === 1,
    extraSpecs: fromJson(row.extra_specs),
    qosId: row.qos_specs_id,
    createdAt: row.created_at,
  }
}
