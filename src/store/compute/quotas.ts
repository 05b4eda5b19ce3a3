/** Limits of projects and of the default class, and what projects' servers are charged. */
import type { ProjectId } from '../../domain/ids.ts'
import { admit, builtInLimits, isQuotaResource } from '../../domain/quota.ts'
import type { Charge, Limits, QuotaResource } from '../../domain/quota.ts'
import { assert } from '../../lib/problem.ts'
import { held } from '../dialect/dialect.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

/** Where the limits of a class are kept: no project can have this id. */
const ownerOfClass = (name: string): string => `class:${name}`
/** The class of every project. */
const theClass = 'default'

/** The limits that hold for a project. */
export async function limitsOf(reader: Reader, projectId: ProjectId): Promise<Limits> {
  const defaults = ownerOfClass(theClass)
  const { rows } = await selectLimits(reader, { class: defaults, project: projectId })
  const of = (owner: string): Partial<Limits> =>
    known(rows.filter((row) => row.project_id === owner))
  return { ...builtInLimits, ...of(defaults), ...of(projectId) }
}

const selectLimits = prepared((db, by: { class: string; project: string }) =>
  db.selectFrom('quota_limits').selectAll().where('project_id', 'in', [by.class, by.project]),
)

/** The limits of a class: unless another is named, of projects that have none of their own. */
export async function classLimits(reader: Reader, name = theClass): Promise<Limits> {
  const owner = ownerOfClass(name)
  const query = reader.selectFrom('quota_limits').selectAll().where('project_id', '=', owner)
  return { ...builtInLimits, ...known(await query.execute()) }
}

export async function setLimits(
  tx: Tx,
  projectId: ProjectId,
  limits: Partial<Limits>,
): Promise<void> {
  await write(tx, projectId, limits)
}

export async function setClassLimits(tx: Tx, name: string, limits: Partial<Limits>): Promise<void> {
  await write(tx, ownerOfClass(name), limits)
}

/** Back to the defaults. */
export async function clearLimits(tx: Tx, projectId: ProjectId): Promise<void> {
  await tx.deleteFrom('quota_limits').where('project_id', '=', projectId).execute()
}

/** What the project's servers are charged. */
export async function usageOf(reader: Reader, projectId: ProjectId): Promise<Charge> {
  const row = await reader
    .selectFrom('usages')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return { instances: row?.instances ?? 0, cores: row?.cores ?? 0, ram: row?.ram_mb ?? 0 }
}

/**
 * Charges a project for a growth, or gives back when it is negative. The row is written before it is judged: on PostgreSQL
 * that holds it, so that two requests at once cannot both fit into what is left for one.
 * @throws `over-quota`; then nothing is charged, because the transaction is undone.
 */
export async function charge(tx: Tx, projectId: ProjectId, growth: Charge): Promise<void> {
  const { instances, cores, ram } = growth
  if (instances === 0 && cores === 0 && ram === 0) return
  const row = await grown(tx, { project_id: projectId, instances, cores, ram_mb: ram })
  if (instances <= 0 && cores <= 0 && ram <= 0) return
  const before: Charge = {
    instances: row.instances - instances,
    cores: row.cores - cores,
    ram: row.ram_mb - ram,
  }
  admit(await limitsOf(tx, projectId), before, growth)
}

/** The same for what is there whether or not the project may have it. */
export async function chargeRegardless(
  tx: Tx,
  projectId: ProjectId,
  growth: Charge,
): Promise<void> {
  const { instances, cores, ram } = growth
  await grown(tx, { project_id: projectId, instances, cores, ram_mb: ram })
}

/** Adds to what the project uses and answers the sum. A project's first server makes its row. */
async function grown(tx: Tx, growth: Tables['usages']): Promise<Tables['usages']> {
  const [row] = (await addUsage(tx, growth)).rows
  if (row !== undefined) return row
  const { project_id } = growth
  await tx
    .insertInto('usages')
    .values({ project_id, instances: 0, cores: 0, ram_mb: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const [first] = (await addUsage(tx, growth)).rows
  assert(first !== undefined, 'what a project uses has a row', { project: project_id })
  return first
}

const addUsage = prepared((db, growth: Tables['usages']) =>
  db
    .updateTable('usages')
    .set((e) => ({
      instances: e('instances', '+', growth.instances),
      cores: e('cores', '+', growth.cores),
      ram_mb: e('ram_mb', '+', growth.ram_mb),
    }))
    .where('project_id', '=', growth.project_id)
    .returningAll(),
)

/** How many more servers of one charge the project's limits leave room for, from now until the transaction ends. */
export async function roomFor(tx: Tx, projectId: ProjectId, one: Charge): Promise<number> {
  await held(tx, () => tx.selectFrom('usages').select('cores').where('project_id', '=', projectId))
  const limits = await limitsOf(tx, projectId)
  const used = await usageOf(tx, projectId)
  const rooms = (['instances', 'cores', 'ram'] as const)
    .filter((name) => limits[name] >= 0 && one[name] > 0)
    .map((name) => Math.floor((limits[name] - used[name]) / one[name]))
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, ...rooms))
}

function known(
  rows: readonly { readonly resource: string; readonly limit: number }[],
): Partial<Limits> {
  return Object.fromEntries(
    rows.filter((row) => isQuotaResource(row.resource)).map((row) => [row.resource, row.limit]),
  )
}

async function write(tx: Tx, owner: string, limits: Partial<Limits>): Promise<void> {
  // The keys of a partial record are among the keys of its type.
  for (const [resource, limit] of Object.entries(limits) as [QuotaResource, number][]) {
    await tx
      .insertInto('quota_limits')
      .values({ project_id: owner, resource, limit })
      .onConflict((conflict) => conflict.columns(['project_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}
