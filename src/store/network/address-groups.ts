/** Groups of addresses. */
import type { ProjectId } from '../../domain/ids.ts'
import type { AddressGroup } from '../../domain/network/network.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['address_groups'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<AddressGroup> {
  const query = reader.selectFrom('address_groups').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toGroup(row)
}

/** All of them, or those of a project. */
export async function list(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly AddressGroup[]> {
  const query = reader.selectFrom('address_groups').selectAll().orderBy('number')
  const own = projectId === null ? query : query.where('project_id', '=', projectId)
  return (await own.execute()).map(toGroup)
}

/** Whether any rule speaks of it. */
export async function isUsed(reader: Reader, id: string): Promise<boolean> {
  const query = reader.selectFrom('security_group_rules').select('id')
  const row = await query.where('remote_address_group_id', '=', id).limit(1).executeTakeFirst()
  return row !== undefined
}

export async function add(tx: Tx, group: AddressGroup): Promise<void> {
  await tx.insertInto('address_groups').values(toRow(group)).execute()
}

export async function save(tx: Tx, group: AddressGroup): Promise<void> {
  await tx.updateTable('address_groups').set(toRow(group)).where('id', '=', group.id).execute()
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('address_groups').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Address group ${id} could not be found.`, {
    type: 'AddressGroupNotFound',
  })
}

function toRow(group: AddressGroup): Row {
  return {
    id: group.id,
    project_id: group.projectId,
    name: group.name,
    description: group.description,
    addresses: toJson(group.addresses),
    created_at: group.createdAt,
    updated_at: group.updatedAt,
    revision: group.revision,
  }
}

function toGroup(row: Row): AddressGroup {
  return {
    id: row.id,
    // A row's ids are what its columns say.
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    addresses: fromJson(row.addresses),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
