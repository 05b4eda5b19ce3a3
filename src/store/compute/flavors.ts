/** Flavors and who may use those that are not public. */
import type { FlavorId, ProjectId } from '../../domain/ids.ts'
import type { Flavor, NewFlavor } from '../../domain/flavor.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { holding } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { ComputeTables } from '../tables/compute.ts'
import type { Selectable } from 'kysely'

type Row = Selectable<ComputeTables['flavors']>

/** Whose flavors: public ones and those given to the project, or every one. */
export type Sight = { readonly projectId: ProjectId } | 'all'

/** @throws `not-found`, also when it is neither public nor given to the project. */
export async function get(reader: Reader, id: string, sight: Sight = 'all'): Promise<Flavor> {
  const found = await find(reader, id, sight)
  if (found === null) throw problem('not-found', `Flavor ${id} could not be found.`, { flavor: id })
  return found
}

export async function find(
  reader: Reader,
  id: string,
  sight: Sight = 'all',
): Promise<Flavor | null> {
  const row =
    sight === 'all'
      ? (await selectAny(reader, { id })).rows[0]
      : await visible(reader, sight).where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : toFlavor(row)
}

const selectAny = prepared((db, by: { id: string }) =>
  db.selectFrom('flavors').selectAll().where('id', '=', by.id),
)

/** Every flavor that can be seen. There are few, so lists are filtered and sorted by whoever shows them. */
export async function all(reader: Reader, sight: Sight = 'all'): Promise<readonly Flavor[]> {
  return (await visible(reader, sight).orderBy('number').execute()).map(toFlavor)
}

/** @throws `conflict` when the id or the name is taken. */
export async function insert(tx: Tx, flavor: NewFlavor, now: Instant): Promise<Flavor> {
  const taken = await tx
    .selectFrom('flavors')
    .select(['id', 'name'])
    .where((e) => e.or([e('id', '=', flavor.id), e('name', '=', flavor.name)]))
    .executeTakeFirst()
  if (taken !== undefined) {
    const by = taken.id === flavor.id ? `ID ${flavor.id}` : `name ${flavor.name}`
    throw problem('conflict', `Flavor with ${by} already exists.`, { flavor: taken.id })
  }
  const row = await tx
    .insertInto('flavors')
    .values({
      id: flavor.id,
      name: flavor.name,
      vcpus: flavor.vcpus,
      memory_mb: flavor.memoryMb,
      disk_gb: flavor.diskGb,
      ephemeral_gb: flavor.ephemeralGb,
      swap_mb: flavor.swapMb,
      rxtx_factor: flavor.rxtxFactor,
      is_public: Number(flavor.isPublic),
      disabled: Number(flavor.disabled),
      description: flavor.description,
      extra_specs: toJson(flavor.extraSpecs),
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toFlavor(row)
}

export async function describe(tx: Tx, id: string, description: string | null): Promise<Flavor> {
  const row = await tx
    .updateTable('flavors')
    .set({ description })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined)
    throw problem('not-found', `Flavor ${id} could not be found.`, { flavor: id })
  return toFlavor(row)
}

/** Changes the extra specs by a function of what they are, so that two changes at once both count. */
export async function respec(
  tx: Tx,
  id: string,
  change: (specs: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<Flavor> {
  const row = await holding(tx, tx.selectFrom('flavors').selectAll())
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined)
    throw problem('not-found', `Flavor ${id} could not be found.`, { flavor: id })
  const extraSpecs = change(toFlavor(row).extraSpecs)
  await tx
    .updateTable('flavors')
    .set({ extra_specs: toJson(extraSpecs) })
    .where('id', '=', id)
    .execute()
  return { ...toFlavor(row), extraSpecs }
}

/** Servers keep their copy, so a flavor in use may go. */
export async function remove(tx: Tx, flavor: Flavor): Promise<void> {
  await tx.deleteFrom('flavor_access').where('flavor', '=', flavor.number).execute()
  await tx.deleteFrom('flavors').where('number', '=', flavor.number).execute()
}

export async function accessOf(reader: Reader, flavor: Flavor): Promise<readonly ProjectId[]> {
  const rows = await reader
    .selectFrom('flavor_access')
    .select('project_id')
    .where('flavor', '=', flavor.number)
    .orderBy('project_id')
    .execute()
  // Written by `grant`, which takes nothing else.
  return rows.map((row) => row.project_id as ProjectId)
}

/** @returns false when the project had access before. */
export async function grant(tx: Tx, flavor: Flavor, projectId: ProjectId): Promise<boolean> {
  const done = await tx
    .insertInto('flavor_access')
    .values({ flavor: flavor.number, project_id: projectId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('flavor')
    .executeTakeFirst()
  return done !== undefined
}

/** @returns false when the project had no access. */
export async function revoke(tx: Tx, flavor: Flavor, projectId: ProjectId): Promise<boolean> {
  const done = await tx
    .deleteFrom('flavor_access')
    .where('flavor', '=', flavor.number)
    .where('project_id', '=', projectId)
    .returning('flavor')
    .executeTakeFirst()
  return done !== undefined
}

function visible(reader: Reader, sight: Sight) {
  const query = reader.selectFrom('flavors').selectAll()
  if (sight === 'all') return query
  return query.where((e) =>
    e.or([
      e('is_public', '=', 1),
      e.exists(
        e
          .selectFrom('flavor_access')
          .select('flavor')
          .whereRef('flavor_access.flavor', '=', 'flavors.number')
          .where('project_id', '=', sight.projectId),
      ),
    ]),
  )
}

function toFlavor(row: Row): Flavor {
  return {
    number: row.number,
    // Written by `insert`, which takes nothing else.
    id: row.id as FlavorId,
    name: row.name,
    vcpus: row.vcpus,
    memoryMb: row.memory_mb,
    diskGb: row.disk_gb,
    ephemeralGb: row.ephemeral_gb,
    swapMb: row.swap_mb,
    rxtxFactor: row.rxtx_factor,
    isPublic: row.is_public === 1,
    disabled: row.disabled === 1,
    description: row.description,
    extraSpecs: fromJson<Record<string, string>>(row.extra_specs),
    createdAt: row.created_at,
  }
}
