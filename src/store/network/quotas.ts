/** Limits per project, and what is counted against them. */
import type { ProjectId } from '../../domain/ids.ts'
import { defaultQuotas, quotaResources } from '../../domain/network/quotas.ts'
import type { QuotaLimits, QuotaResource } from '../../domain/network/quotas.ts'
import { problem } from '../../lib/problem.ts'
import { prepared } from '../dialect/prepared.ts'
import type { Reader, Tx } from '../store.ts'

const tables = {
  network: 'networks',
  subnet: 'subnets',
  port: 'ports',
  router: 'routers',
  floatingip: 'floating_ips',
  security_group: 'security_groups',
  security_group_rule: 'security_group_rules',
} as const satisfies Record<QuotaResource, string>

export async function limitsOf(reader: Reader, projectId: ProjectId): Promise<QuotaLimits> {
  const query = reader.selectFrom('network_quotas').selectAll().where('project_id', '=', projectId)
  const own = new Map((await query.execute()).map((row) => [row.resource, row.limit]))
  const limits = quotaResources.map((name) => [name, own.get(name) ?? defaultQuotas[name]])
  // Every resource has its limit in it.
  return Object.fromEntries(limits) as QuotaLimits
}

/** Projects that have limits of their own. */
export async function projectsWithLimits(reader: Reader): Promise<readonly ProjectId[]> {
  const query = reader.selectFrom('network_quotas').select('project_id').distinct()
  const rows = await query.orderBy('project_id').execute()
  // The column holds ids of projects.
  return rows.map((row) => row.project_id as ProjectId)
}

export async function setLimits(
  tx: Tx,
  projectId: ProjectId,
  limits: Partial<QuotaLimits>,
): Promise<void> {
  for (const [resource, limit] of Object.entries(limits)) {
    await tx
      .insertInto('network_quotas')
      .values({ project_id: projectId, resource, limit })
      .onConflict((on) => on.columns(['project_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}

export async function resetLimits(tx: Tx, projectId: ProjectId): Promise<void> {
  await tx.deleteFrom('network_quotas').where('project_id', '=', projectId).execute()
}

export async function usedOf(
  reader: Reader,
  projectId: ProjectId,
  resource: QuotaResource,
): Promise<number> {
  const { count } = await reader
    .selectFrom(tables[resource])
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Counts what is there, in the transaction that adds more. A limit of the project's own is written before that, as it is: so
 * that they who add at once come one after the other, and each counts what those before have added. Nobody but users adds what
 * has a limit by default, and their transactions are serializable.
 * @throws `over-quota`
 */
export async function check(
  tx: Tx,
  projectId: ProjectId,
  resource: QuotaResource,
  adding = 1,
): Promise<void> {
  const limit = await limitOf(tx, projectId, resource)
  if (limit >= 0) await takeTurn(tx, { project: projectId, resource })
  if (limit < 0 || (await usedOf(tx, projectId, resource)) + adding <= limit) return
  throw problem('over-quota', `Quota exceeded for resources: ['${resource}'].`, {
    type: 'OverQuota',
    resource,
    limit,
  })
}

async function limitOf(
  reader: Reader,
  projectId: ProjectId,
  resource: QuotaResource,
): Promise<number> {
  const [row] = (await selectLimit(reader, { project: projectId, resource })).rows
  return row?.limit ?? defaultQuotas[resource]
}

const takeTurn = prepared((db, by: { project: string; resource: string }) =>
  db
    .updateTable('network_quotas')
    .set((e) => ({ limit: e.ref('limit') }))
    .where('project_id', '=', by.project)
    .where('resource', '=', by.resource),
)

const selectLimit = prepared((db, by: { project: string; resource: string }) =>
  db
    .selectFrom('network_quotas')
    .select('limit')
    .where('project_id', '=', by.project)
    .where('resource', '=', by.resource),
)
