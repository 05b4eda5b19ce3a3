/**
 * What projects and their users are charged, beside the sums of what their servers are charged: where the two differ, and what puts
 * it right. What is soft-deleted does not count.
 */
import { sql } from 'kysely'
import type { Reader, Tx } from '../store.ts'

type Sums = { readonly instances: number; readonly cores: number; readonly ram: number }

/** What somebody is charged. The user is null for all of the project's together. */
type Entry = Sums & { readonly project: string; readonly user: string | null }

export type WrongCharge = {
  readonly project: string
  readonly user: string | null
  readonly resource: keyof Sums
  readonly charged: number
  readonly sum: number
}

const resources = ['instances', 'cores', 'ram'] as const
const nothing: Sums = { instances: 0, cores: 0, ram: 0 }

/** Of one project, or of all. */
export async function wrongCharges(
  reader: Reader,
  project?: string,
): Promise<readonly WrongCharge[]> {
  return (await compared(reader, project)).flatMap(({ due, charged, ...whose }) =>
    resources
      .filter((resource) => due[resource] !== charged[resource])
      .map((resource) => ({
        ...whose,
        resource,
        charged: charged[resource],
        sum: due[resource],
      })),
  )
}

/** Counts anew what a project and its users are charged. Answers what was wrong, or null if nothing was. */
export async function recountUsage(
  tx: Tx,
  project: string,
): Promise<readonly WrongCharge[] | null> {
  const wrong = await wrongCharges(tx, project)
  for (const { user, due } of await compared(tx, project)) {
    const usage = { instances: due.instances, cores: due.cores, ram_mb: due.ram }
    if (user === null) {
      await tx
        .insertInto('usages')
        .values({ project_id: project, ...usage })
        .onConflict((on) => on.column('project_id').doUpdateSet(usage))
        .execute()
    } else {
      await tx
        .insertInto('user_usages')
        .values({ project_id: project, user_id: user, ...usage })
        .onConflict((on) => on.columns(['project_id', 'user_id']).doUpdateSet(usage))
        .execute()
    }
  }
  return wrong.length === 0 ? null : wrong
}

type Compared = Pick<Entry, 'project' | 'user'> & { readonly due: Sums; readonly charged: Sums }

async function compared(reader: Reader, project?: string): Promise<readonly Compared[]> {
  const due = byOwner(await dueTo(reader, project))
  const charged = byOwner(await chargedTo(reader, project))
  return [...new Map([...due, ...charged])].map(([key, entry]) => ({
    project: entry.project,
    user: entry.user,
    due: due.get(key) ?? nothing,
    charged: charged.get(key) ?? nothing,
  }))
}

async function dueTo(reader: Reader, project?: string): Promise<readonly Entry[]> {
  let query = reader
    .selectFrom('servers')
    .select((e) => [
      'project_id as project',
      'user_id as user',
      e.fn
        .sum<number>(
          e
            .case()
            .when('vm_state', '=', 'soft-delete')
            .then(sql<number>`0`)
            .else(sql<number>`1`)
            .end(),
        )
        .as('instances'),
      e.fn.sum<number>('charged_cores').as('cores'),
      e.fn.sum<number>('charged_ram_mb').as('ram'),
    ])
    .where('alive', '=', 1)
    .groupBy(['project_id', 'user_id'])
  if (project !== undefined) query = query.where('project_id', '=', project)
  const ofUsers = (await query.execute()).map((row) => ({
    project: row.project,
    user: row.user,
    instances: Number(row.instances),
    cores: Number(row.cores),
    ram: Number(row.ram),
  }))
  const ofProjects = [...Map.groupBy(ofUsers, (each) => each.project)].map(([id, each]) => ({
    project: id,
    user: null,
    instances: total(each, 'instances'),
    cores: total(each, 'cores'),
    ram: total(each, 'ram'),
  }))
  return [...ofProjects, ...ofUsers]
}

async function chargedTo(reader: Reader, project?: string): Promise<readonly Entry[]> {
  let projects = reader.selectFrom('usages').selectAll()
  let users = reader.selectFrom('user_usages').selectAll()
  if (project !== undefined) {
    projects = projects.where('project_id', '=', project)
    users = users.where('project_id', '=', project)
  }
  const rows = [
    ...(await projects.execute()).map((row) => ({ ...row, user_id: null })),
    ...(await users.execute()),
  ]
  return rows.map(({ project_id: id, user_id: user, instances, cores, ram_mb: ram }) => ({
    project: id,
    user,
    instances,
    cores,
    ram,
  }))
}

function byOwner(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  return new Map(entries.map((each) => [JSON.stringify([each.project, each.user]), each]))
}

function total(entries: readonly Sums[], resource: keyof Sums): number {
  return entries.reduce((sum, each) => sum + each[resource], 0)
}
