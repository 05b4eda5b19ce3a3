/** Qualities of service, and which types have them. */
import type { VolumeTypeId } from '../../domain/ids.ts'
import type { QosConsumer, QosSpecs } from '../../domain/volume/type-records.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['volume_qos_specs'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<QosSpecs> {
  const query = reader.selectFrom('volume_qos_specs').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw problem('not-found', `No such QoS spec ${id}.`, { qos: id })
  return toSpecs(row)
}

/** Newest first. */
export async function list(reader: Reader): Promise<readonly QosSpecs[]> {
  const query = reader.selectFrom('volume_qos_specs').selectAll().orderBy('number', 'desc')
  return (await query.execute()).map(toSpecs)
}

/** @throws `conflict` when the name is taken. */
export async function add(tx: Tx, specs: QosSpecs): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('volume_qos_specs')
    .values(toRow(specs))
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return
  throw problem('conflict', `QoS Specs ${specs.name} already exists.`, { name: specs.name })
}

export async function save(tx: Tx, specs: QosSpecs): Promise<void> {
  await tx.updateTable('volume_qos_specs').set(toRow(specs)).where('id', '=', specs.id).execute()
}

/** Forgets them. The database refuses while a type has them. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('volume_qos_specs').where('id', '=', id).execute()
}

/** The types that have them. */
export async function typesWith(
  reader: Reader,
  id: string,
): Promise<readonly { readonly id: VolumeTypeId; readonly name: string }[]> {
  const query = reader.selectFrom('volume_types').select(['id', 'name'])
  const rows = await query.where('qos_specs_id', '=', id).orderBy('number').execute()
  // The column holds ids of types.
  return rows.map((row) => ({ id: row.id as VolumeTypeId, name: row.name }))
}

/** Gives them to a type in the place of those that it had; null takes those away. */
export async function give(tx: Tx, typeId: VolumeTypeId, id: string | null): Promise<void> {
  await tx.updateTable('volume_types').set({ qos_specs_id: id }).where('id', '=', typeId).execute()
}

/** Takes them away from every type. */
export async function takeFromAll(tx: Tx, id: string): Promise<void> {
  const update = tx.updateTable('volume_types').set({ qos_specs_id: null })
  await update.where('qos_specs_id', '=', id).execute()
}

function toRow(specs: QosSpecs): Row {
  return {
    id: specs.id,
    name: specs.name,
    consumer: specs.consumer,
    specs: toJson(specs.specs),
    created_at: specs.createdAt,
  }
}

function toSpecs(row: Row): QosSpecs {
  return {
    id: row.id,
    name: row.name,
    // The column holds what `add` wrote.
    consumer: row.consumer as QosConsumer,
    specs: fromJson(row.specs),
    createdAt: row.created_at,
  }
}
