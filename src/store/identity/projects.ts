/** Projects: what resources belong to and quotas apply to. */
import type { Project } from '../../domain/accounts.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { Instant } from '../../lib/clock.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'
import * as assignments from './assignments.ts'
import { keptColumns, toKept } from './kept.ts'
import { insertedOrTaken } from './names.ts'

type Row = Tables['projects']

export type ProjectFilter = {
  readonly name: string | null
  readonly domainId: string | null
  readonly parentId: string | null
  readonly enabled: boolean | null
}

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<Project> {
  const found = await find(reader, id)
  if (found === null) throw problem('not-found', `Could not find project: ${id}.`, { project: id })
  return found
}

export async function find(reader: Reader, id: string): Promise<Project | null> {
  const query = reader.selectFrom('projects').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : toProject(row)
}

export async function named(
  reader: Reader,
  domainId: string,
  name: string,
): Promise<Project | null> {
  const [found] = await list(reader, { name, domainId, parentId: null, enabled: null })
  return found ?? null
}

export async function list(reader: Reader, filter: ProjectFilter): Promise<readonly Project[]> {
  let query = reader.selectFrom('projects').selectAll().orderBy('name')
  if (filter.name !== null) query = query.where('name', '=', filter.name)
  if (filter.domainId !== null) query = query.where('domain_id', '=', filter.domainId)
  if (filter.parentId !== null) query = query.where('parent_id', '=', filter.parentId)
  if (filter.enabled !== null) query = query.where('enabled', '=', Number(filter.enabled))
  return (await query.execute()).map(toProject)
}

/** @throws `conflict` when the name is taken in its domain. */
export async function add(tx: Tx, project: Project, at: Instant): Promise<void> {
  await insertedOrTaken(
    'project',
    project.name,
    async () =>
      await tx
        .insertInto('projects')
        .values({ ...toRow(project), created_at: at })
        .onConflict((on) => on.doNothing())
        .executeTakeFirst(),
  )
}

export async function save(tx: Tx, project: Project): Promise<void> {
  const { id, ...rest } = toRow(project)
  await tx.updateTable('projects').set(rest).where('id', '=', id).execute()
}

/** Forgets the project, who had roles on it, and the tokens for it. */
export async function remove(tx: Tx, id: ProjectId): Promise<void> {
  await assignments.removeOn(tx, { kind: 'project', id })
  await tx
    .deleteFrom('tokens')
    .where('target_kind', '=', 'project')
    .where('target_id', '=', id)
    .execute()
  await tx.deleteFrom('projects').where('id', '=', id).execute()
}

function toRow(project: Project): Omit<Row, 'created_at'> {
  return {
    id: project.id,
    domain_id: project.domainId,
    name: project.name,
    description: project.description,
    enabled: Number(project.enabled),
    parent_id: project.parentId,
    tags: toJson(project.tags),
    ...keptColumns(project),
  }
}

export function toProject(row: Row): Project {
  return {
    // A row's id is that of the project it is.
    id: row.id as ProjectId,
    domainId: row.domain_id,
    name: row.name,
    description: row.description,
    enabled: row.enabled === 1,
    parentId: row.parent_id,
    tags: fromJson(row.tags),
    ...toKept(row),
  }
}
