/**
 * What projects are charged for their servers, and within each project the users who made them.
 *
 * The rows are written before they are judged: on PostgreSQL that holds them, so that two requests at once cannot both fit into
 * what is left for one. The user's row comes first and the project's, which all its users share, last.
 */
import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { ProjectId, UserId } from '../../domain/ids.ts'
import { admit } from '../../domain/quota.ts'
import type { Charge, Owner, Share } from '../../domain/quota.ts'
import { assert } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import { limitsFor } from './quotas.ts'

const none: Charge = { instances: 0, cores: 0, ram: 0 }

/** What the project's servers are charged. */
export async function usageOf(reader: Reader, projectId: ProjectId): Promise<Charge> {
  const query = reader.selectFrom('usages').selectAll().where('project_id', '=', projectId)
  const row = await query.executeTakeFirst()
  return row === undefined ? none : toCharge(row)
}

/** What those of one of its users are charged. */
export async function usageOfUser(reader: Reader, owner: Owner): Promise<Charge> {
  const row = await reader
    .selectFrom('user_usages')
    .selectAll()
    .where('project_id', '=', owner.projectId)
    .where('user_id', '=', owner.userId)
    .executeTakeFirst()
  return row === undefined ? none : toCharge(row)
}

/**
 * Charges for a growth, or gives back when it is negative.
 * @throws `over-quota`; then nothing is charged, because the transaction is undone.
 */
export async function charge(tx: Tx, owner: Owner, growth: Charge): Promise<void> {
  const { instances, cores, ram } = growth
  if (instances === 0 && cores === 0 && ram === 0) return
  const after = await grown(tx, owner, growth)
  if (instances <= 0 && cores <= 0 && ram <= 0) return
  const before = ({ instances: servers, cores: vcpus, ram: memory }: Charge): Charge => ({
    instances: servers - instances,
    cores: vcpus - cores,
    ram: memory - ram,
  })
  admit(await sharesOf(tx, owner, before(after.project), before(after.user)), growth)
}

/** The same for what is there whether or not it may be. */
export async function chargeRegardless(tx: Tx, owner: Owner, growth: Charge): Promise<void> {
  await grown(tx, owner, growth)
}

/** How many more servers of one charge the limits leave room for, from now until the transaction ends. */
export async function roomFor(tx: Tx, owner: Owner, one: Charge): Promise<number> {
  // Written as by whoever is charged, in the same order.
  const { project, user } = await grown(tx, owner, none)
  const rooms = (await sharesOf(tx, owner, project, user)).flatMap(({ limits, used }) =>
    (['instances', 'cores', 'ram'] as const)
      .filter((name) => limits[name] >= 0 && one[name] > 0)
      .map((name) => Math.floor((limits[name] - used[name]) / one[name])),
  )
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, ...rooms))
}

/** What the project uses, or one of its users. Until the transaction ends it stays as it is. */
export async function heldUsage(
  tx: Tx,
  projectId: ProjectId,
  userId: UserId | null,
): Promise<Charge> {
  if (userId !== null) return (await grown(tx, { projectId, userId }, none)).user
  return toCharge(await grownProject(tx, { project_id: projectId, ...toColumns(none) }))
}

async function sharesOf(
  tx: Tx,
  owner: Owner,
  project: Charge,
  user: Charge,
): Promise<readonly Share[]> {
  const limits = await limitsFor(tx, owner)
  return [
    { limits: limits.project, used: project },
    { limits: limits.user, used: user },
  ]
}

/** Adds to what is used and answers the sums. */
async function grown(
  tx: Tx,
  owner: Owner,
  growth: Charge,
): Promise<{ readonly project: Charge; readonly user: Charge }> {
  const row = { project_id: owner.projectId, ...toColumns(growth) }
  const user = await grownUser(tx, { ...row, user_id: owner.userId })
  return { project: toCharge(await grownProject(tx, row)), user: toCharge(user) }
}

/** A project's first server makes its row. */
async function grownProject(tx: Tx, growth: Tables['usages']): Promise<Tables['usages']> {
  const [row] = (await addToProject(tx, growth)).rows
  if (row !== undefined) return row
  await tx
    .insertInto('usages')
    .values({ ...growth, ...toColumns(none) })
    .onConflict((on) => on.doNothing())
    .execute()
  const [first] = (await addToProject(tx, growth)).rows
  assert(first !== undefined, 'what a project uses has a row', { project: growth.project_id })
  return first
}

/** And its user's first one theirs. */
async function grownUser(tx: Tx, growth: Tables['user_usages']): Promise<Tables['user_usages']> {
  const [row] = (await addToUser(tx, growth)).rows
  if (row !== undefined) return row
  await tx
    .insertInto('user_usages')
    .values({ ...growth, ...toColumns(none) })
    .onConflict((on) => on.doNothing())
    .execute()
  const [first] = (await addToUser(tx, growth)).rows
  assert(first !== undefined, 'what a user uses has a row', { user: growth.user_id })
  return first
}

const addToProject = prepared((db, growth: Tables['usages']) =>
  db
    .updateTable('usages')
    .set({
      instances: atLeastNothing('instances', growth.instances),
      cores: atLeastNothing('cores', growth.cores),
      ram_mb: atLeastNothing('ram_mb', growth.ram_mb),
    })
    .where('project_id', '=', growth.project_id)
    .returningAll(),
)

const addToUser = prepared((db, growth: Tables['user_usages']) =>
  db
    .updateTable('user_usages')
    .set({
      instances: atLeastNothing('instances', growth.instances),
      cores: atLeastNothing('cores', growth.cores),
      ram_mb: atLeastNothing('ram_mb', growth.ram_mb),
    })
    .where('project_id', '=', growth.project_id)
    .where('user_id', '=', growth.user_id)
    .returningAll(),
)

/**
 * Whoever gives back more than is counted leaves nothing: that the count was too low is for the audit to tell, and keeps nobody
 * from deleting a server.
 */
function atLeastNothing(column: keyof Columns, growth: number): RawBuilder<number> {
  const after = sql<number>`${sql.ref(column)} + cast(${growth} as bigint)`
  return sql<number>`CASE WHEN ${after} < 0 THEN 0 ELSE ${after} END`
}

type Columns = { readonly instances: number; readonly cores: number; readonly ram_mb: number }

function toCharge({ instances, cores, ram_mb: ram }: Columns): Charge {
  return { instances, cores, ram }
}

function toColumns({ instances, cores, ram }: Charge): Columns {
  return { instances, cores, ram_mb: ram }
}
