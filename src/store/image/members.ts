/** With which projects an image is shared, and what they say to it. */
import type { Member, MemberStatus } from '../../domain/image.ts'
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import type { Reader, Tx } from '../store.ts'

export async function ofImage(reader: Reader, imageId: ImageId): Promise<readonly Member[]> {
  const rows = await reader
    .selectFrom('image_members')
    .selectAll()
    .where('image_id', '=', imageId)
    .orderBy('created_at')
    .orderBy('project_id')
    .execute()
  return rows.map((row) => ({
    // A row's ids and status are those that this file wrote.
    imageId: row.image_id as ImageId,
    projectId: row.project_id as ProjectId,
    status: row.status as MemberStatus,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

/** False when the project is a member already. */
export async function add(tx: Tx, member: Member): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('image_members')
    .values({
      image_id: member.imageId,
      project_id: member.projectId,
      status: member.status,
      created_at: member.createdAt,
      updated_at: member.updatedAt,
    })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function save(
  tx: Tx,
  { imageId, projectId, status, updatedAt }: Member,
): Promise<void> {
  await tx
    .updateTable('image_members')
    .set({ status, updated_at: updatedAt })
    .where('image_id', '=', imageId)
    .where('project_id', '=', projectId)
    .execute()
}

export async function remove(tx: Tx, imageId: ImageId, projectId: ProjectId): Promise<void> {
  await tx
    .deleteFrom('image_members')
    .where('image_id', '=', imageId)
    .where('project_id', '=', projectId)
    .execute()
}
