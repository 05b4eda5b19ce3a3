/** How volumes of a type are to be encrypted. */
import type { VolumeTypeId } from '../../domain/ids.ts'
import type { TypeEncryption } from '../../domain/volume/type-records.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Tables['volume_type_encryption']

export async function find(reader: Reader, typeId: VolumeTypeId): Promise<TypeEncryption | null> {
  const query = reader.selectFrom('volume_type_encryption').selectAll()
  const row = await query.where('type_id', '=', typeId).executeTakeFirst()
  return row === undefined ? null : toEncryption(row)
}

/** False when the type has one. */
export async function add(tx: Tx, encryption: TypeEncryption): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('volume_type_encryption')
    .values(toRow(encryption))
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function save(tx: Tx, encryption: TypeEncryption): Promise<void> {
  const update = tx.updateTable('volume_type_encryption').set(toRow(encryption))
  await update.where('type_id', '=', encryption.typeId).execute()
}

export async function remove(tx: Tx, typeId: VolumeTypeId): Promise<void> {
  await tx.deleteFrom('volume_type_encryption').where('type_id', '=', typeId).execute()
}

function toRow(encryption: TypeEncryption): Row {
  return {
    type_id: encryption.typeId,
    id: encryption.id,
    provider: encryption.provider,
    control_location: encryption.controlLocation,
    cipher: encryption.cipher,
    key_size: encryption.keySize,
    created_at: encryption.createdAt,
  }
}

function toEncryption(row: Row): TypeEncryption {
  return {
    // A row's ids and words are those that this file wrote.
    typeId: row.type_id as VolumeTypeId,
    controlLocation: row.control_location as TypeEncryption['controlLocation'],
    id: row.id,
    provider: row.provider,
    cipher: row.cipher,
    keySize: row.key_size,
    createdAt: row.created_at,
  }
}
