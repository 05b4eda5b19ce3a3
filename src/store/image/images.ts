/** Images. A record becomes active in the transaction that says where its data is. */
import type { Image, ImageData, ImageStatus, MemberStatus, Visibility } from '../../domain/image.ts'
import type { ImageId, ProjectId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import * as changes from '../changes.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['images'], 'number'>

export type ImageFilter = {
  readonly ids?: readonly string[]
  readonly name?: string
  /**
   * Only what belongs on this project's list: its own, the public ones, and those shared with it that it has given this answer
   * to. Community images are on nobody's list but their owner's.
   */
  readonly listedFor?: {
    readonly projectId: ProjectId
    readonly memberStatus: MemberStatus | 'all'
  }
  readonly visibility?: Visibility
}

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Image> {
  const [row] = (await select(reader, { id })).rows
  if (row === undefined) throw missing(id)
  return toImage(row)
}

const select = prepared((db, by: { id: string }) =>
  db.selectFrom('images').selectAll().where('id', '=', by.id),
)

/** Newest first. */
export async function list(reader: Reader, filter: ImageFilter): Promise<readonly Image[]> {
  const { ids, name, listedFor, visibility } = filter
  if (ids?.length === 0) return []
  let query = reader.selectFrom('images').selectAll().orderBy('number', 'desc')
  if (ids !== undefined) query = query.where('id', 'in', ids)
  if (name !== undefined) query = query.where('name', '=', name)
  if (visibility !== undefined) query = query.where('visibility', '=', visibility)
  if (listedFor !== undefined) {
    const { projectId, memberStatus } = listedFor
    query = query.where((e) =>
      e.or([
        e('owner', '=', projectId),
        e('visibility', '=', 'public'),
        // Whoever asks for community images by name sees everybody's.
        ...(visibility === 'community' ? [e('visibility', '=', 'community')] : []),
        e.and([
          e('visibility', '=', 'shared'),
          e('id', 'in', (members) => {
            const own = members
              .selectFrom('image_members')
              .select('image_id')
              .where('project_id', '=', projectId)
            return memberStatus === 'all' ? own : own.where('status', '=', memberStatus)
          }),
        ]),
      ]),
    )
  }
  return (await query.execute()).map(toImage)
}

/** @throws `conflict` when the id is taken. */
export async function add(tx: Tx, image: Image): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('images')
    .values(toRow(image))
    .onConflict((on) => on.column('id').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) {
    throw problem('conflict', `Image ID ${image.id} already exists!`, { image: image.id })
  }
  await tell(tx, image, image.createdAt)
}

/** Saves what is said of it; its data and status are other functions' business. */
export async function save(tx: Tx, image: Image): Promise<void> {
  const { size: _, checksum: __, sha512: ___, file: ____, status: _____, ...row } = toRow(image)
  await tx.updateTable('images').set(row).where('id', '=', image.id).execute()
  await tell(tx, image, image.updatedAt)
}

/** Gives a queued image its data. False when it is not queued (any more): somebody else was first, or it is gone. */
export async function activate(
  tx: Tx,
  id: ImageId,
  data: ImageData,
  at: Instant,
): Promise<boolean> {
  const { size, checksum, sha512, file } = data
  const row = await tx
    .updateTable('images')
    .set({ status: 'active', size, checksum, sha512, file, updated_at: at })
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) await tell(tx, toImage(row), at)
  return row !== undefined
}

/** Stops or allows downloads of an image that has data. */
export async function setStatus(
  tx: Tx,
  image: Image,
  status: Exclude<ImageStatus, 'queued'>,
  at: Instant,
): Promise<void> {
  await tx
    .updateTable('images')
    .set({ status, updated_at: at })
    .where('id', '=', image.id)
    .where('status', '!=', 'queued')
    .execute()
  await tell(tx, image, at)
}

/** Forgets it. Its file is the caller's to remove, after the commit. */
export async function remove(tx: Tx, image: Image, at: Instant): Promise<void> {
  await tx.deleteFrom('images').where('id', '=', image.id).execute()
  await tell(tx, image, at)
}

/** The names of all files that images need. */
export async function filesInUse(reader: Reader): Promise<ReadonlySet<string>> {
  const rows = await reader
    .selectFrom('images')
    .select('file')
    .where('file', 'is not', null)
    .execute()
  return new Set(rows.flatMap(({ file }) => file ?? []))
}

export function missing(id: string): Error {
  return problem('not-found', `No image found with ID ${id}`, { image: id })
}

async function tell(tx: Tx, image: Image, at: Instant): Promise<void> {
  await changes.record(tx, { topic: 'image', key: image.id, projectId: image.owner, at })
}

function toRow(image: Image): Row {
  return {
    id: image.id,
    owner: image.owner,
    name: image.name,
    status: image.status,
    visibility: image.visibility,
    size: image.data?.size ?? null,
    checksum: image.data?.checksum ?? null,
    sha512: image.data?.sha512 ?? null,
    file: image.data?.file ?? null,
    min_disk_gb: image.minDiskGb,
    min_memory_mb: image.minMemoryMb,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    protected: Number(image.protected),
    hidden: Number(image.hidden),
    tags: toJson(image.tags),
    properties: toJson(image.properties),
    created_at: image.createdAt,
    updated_at: image.updatedAt,
  }
}

function toImage(row: Row): Image {
  const { size, checksum, sha512, file } = row
  return {
    // A row's ids and words are those that this file wrote.
    id: row.id as ImageId,
    owner: row.owner as ProjectId,
    status: row.status as ImageStatus,
    visibility: row.visibility as Visibility,
    name: row.name,
    data: size === null ? null : { size, checksum: checksum ?? '', sha512: sha512 ?? '', file },
    minDiskGb: row.min_disk_gb,
    minMemoryMb: row.min_memory_mb,
    diskFormat: row.disk_format,
    containerFormat: row.container_format,
    protected: row.protected === 1,
    hidden: row.hidden === 1,
    tags: fromJson(row.tags),
    properties: fromJson(row.properties),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
