/** Limits of projects, of their users and of classes. */
import { sql } from 'kysely'
import type { ProjectId } from '../../domain/ids.ts'
import { builtInLimits, isPerUser, isQuotaResource, narrower } from '../../domain/quota.ts'
import type { Limits, Owner, QuotaResource } from '../../domain/quota.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'

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

/** What holds for the project, and within it for one of its users. */
export type BothLimits = { readonly project: Limits; readonly user: Limits }

export async function limitsFor(reader: Reader, owner: Owner): Promise<BothLimits> {
  const { projectId, userId } = owner
  const defaults = ownerOfClass(theClass)
  const { rows } = await selectBoth(reader, { class: defaults, project: projectId, user: userId })
  const of = (scope: string): Partial<Limits> => known(rows.filter((row) => row.scope === scope))
  const project = { ...builtInLimits, ...of(defaults), ...of(projectId) }
  return { project, user: { ...project, ...of(ofTheUser) } }
}

/** How much of one resource the user may have, by the project's limit and by the own one. */
export async function limitFor(
  reader: Reader,
  owner: Owner,
  resource: QuotaResource,
): Promise<number> {
  const { project, user } = await limitsFor(reader, owner)
  return narrower(project[resource], user[resource])
}

/** What the user's own limits are marked with; no project and no class has an empty name. */
const ofTheUser = ''

const selectBoth = prepared((db, by: { class: string; project: string; user: string }) =>
  db
    .selectFrom('quota_limits')
    .select(['project_id as scope', 'resource', 'limit'])
    .where('project_id', 'in', [by.class, by.project])
    .unionAll((e) =>
      e
        .selectFrom('user_quota_limits')
        .select([sql<string>`''`.as('scope'), 'resource', 'limit'])
        .where('project_id', '=', by.project)
        .where('user_id', '=', by.user),
    ),
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

/** Limits of one user. Those that users have no own ones of are set for the project. */
export async function setUserLimits(tx: Tx, owner: Owner, limits: Partial<Limits>): Promise<void> {
  for (const [resource, limit] of entriesOf(limits)) {
    if (!isPerUser(resource)) {
      await write(tx, owner.projectId, { [resource]: limit })
      continue
    }
    await tx
      .insertInto('user_quota_limits')
      .values({ project_id: owner.projectId, user_id: owner.userId, resource, limit })
      .onConflict((on) => on.columns(['project_id', 'user_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}

/** Every limit that the project's users have of their own. */
export async function userLimitsOf(
  reader: Reader,
  projectId: ProjectId,
): Promise<readonly UserLimit[]> {
  const rows = await reader
    .selectFrom('user_quota_limits')
    .selectAll()
    .where('project_id', '=', projectId)
    .execute()
  return rows.flatMap(({ user_id: userId, resource, limit }) =>
    isQuotaResource(resource) ? [{ userId, resource, limit }] : [],
  )
}

export type UserLimit = {
  readonly userId: string
  readonly resource: QuotaResource
  readonly limit: number
}

/** Back to the defaults, and every user of the project to what the project may have. */
export async function clearLimits(tx: Tx, projectId: ProjectId): Promise<void> {
  await tx.deleteFrom('quota_limits').where('project_id', '=', projectId).execute()
  await tx.deleteFrom('user_quota_limits').where('project_id', '=', projectId).execute()
}

/** The user may have what the project may have. */
export async function clearUserLimits(tx: Tx, { projectId, userId }: Owner): Promise<void> {
  await tx
    .deleteFrom('user_quota_limits')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .execute()
}

function known(
  rows: readonly { readonly resource: string; readonly limit: number }[],
): Partial<Limits> {
  return Object.fromEntries(
    rows.filter((row) => isQuotaResource(row.resource)).map((row) => [row.resource, row.limit]),
  )
}

async function write(tx: Tx, owner: string, limits: Partial<Limits>): Promise<void> {
  for (const [resource, limit] of entriesOf(limits)) {
    await tx
      .insertInto('quota_limits')
      .values({ project_id: owner, resource, limit })
      .onConflict((conflict) => conflict.columns(['project_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}

function entriesOf(limits: Partial<Limits>): readonly (readonly [QuotaResource, number])[] {
  // The keys of a partial record are among the keys of its type.
  return Object.entries(limits) as [QuotaResource, number][]
}
