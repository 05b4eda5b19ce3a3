/** Pools of subnets. */
import type { ProjectId } from '../../domain/ids.ts'
import type { IpVersion } from '../../domain/network/address.ts'
import type { SubnetPool } from '../../domain/network/subnet-pool.ts'
import { fromJson, toJson } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'
import type { Tables } from '../tables/tables.ts'

type Row = Omit<Tables['subnet_pools'], 'number'>

/** @throws `not-found` */
export async function get(reader: Reader, id: string): Promise<SubnetPool> {
  const query = reader.selectFrom('subnet_pools').selectAll().where('id', '=', id)
  const row = await query.executeTakeFirst()
  if (row === undefined) throw missing(id)
  return toPool(row)
}

/** All of them, or those that a project sees: its own and the shared ones. */
export async function list(
  reader: Reader,
  seenBy: ProjectId | null,
): Promise<readonly SubnetPool[]> {
  let query = reader.selectFrom('subnet_pools').selectAll().orderBy('number')
  if (seenBy !== null) {
    query = query.where((e) => e.or([e('project_id', '=', seenBy), e('shared', '=', 1)]))
  }
  return (await query.execute()).map(toPool)
}

/** Those of a scope. */
export async function ofScope(reader: Reader, scopeId: string): Promise<readonly SubnetPool[]> {
  const query = reader.selectFrom('subnet_pools').selectAll().where('scope_id', '=', scopeId)
  return (await query.execute()).map(toPool)
}

/** The scopes of pools that are in one, by pool. */
export async function scopes(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const query = reader.selectFrom('subnet_pools').select(['id', 'scope_id'])
  const rows = await query.where('scope_id', 'is not', null).execute()
  return new Map(rows.map((row) => [row.id, row.scope_id ?? '']))
}

/** The one that is meant when none is named. */
export async function usual(reader: Reader, version: IpVersion): Promise<SubnetPool | null> {
  const query = reader.selectFrom('subnet_pools').selectAll().where('default_for', '=', version)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : toPool(row)
}

/** What was made from it, and whose it is. */
export async function blocksOf(
  reader: Reader,
  id: string,
): Promise<readonly { readonly cidr: string; readonly projectId: string }[]> {
  const query = reader.selectFrom('subnets').select(['cidr', 'project_id as projectId'])
  return await query.where('pool_id', '=', id).execute()
}

/** @throws `invalid` when another one is the default. */
export async function add(tx: Tx, pool: SubnetPool): Promise<void> {
  await refuseSecondDefault(tx, pool)
  await tx.insertInto('subnet_pools').values(toRow(pool)).execute()
}

/** @throws `invalid` when another one is the default. */
export async function save(tx: Tx, pool: SubnetPool): Promise<void> {
  await refuseSecondDefault(tx, pool)
  await tx.updateTable('subnet_pools').set(toRow(pool)).where('id', '=', pool.id).execute()
}

/** Forgets it. The database refuses while a subnet is from it. */
export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('subnet_pools').where('id', '=', id).execute()
}

export function missing(id: string): Error {
  return problem('not-found', `Subnet pool ${id} could not be found.`, {
    type: 'SubnetPoolNotFound',
  })
}

async function refuseSecondDefault(tx: Tx, pool: SubnetPool): Promise<void> {
  if (!pool.isDefault) return
  const other = await usual(tx, pool.ipVersion)
  if (other === null || other.id === pool.id) return
  throw problem(
    'invalid',
    `A default subnetpool for this IP family has already been set. Only one default may exist per IP family.`,
    { type: 'InvalidInput' },
  )
}

function toRow(pool: SubnetPool): Row {
  return {
    id: pool.id,
    project_id: pool.projectId,
    name: pool.name,
    ip_version: pool.ipVersion,
    prefixes: toJson(pool.prefixes),
    usual_length: pool.usualLength,
    least_length: pool.leastLength,
    most_length: pool.mostLength,
    quota: pool.quota,
    shared: Number(pool.shared),
    default_for: pool.isDefault ? pool.ipVersion : null,
    scope_id: pool.scopeId,
    description: pool.description,
    created_at: pool.createdAt,
    updated_at: pool.updatedAt,
    revision: pool.revision,
  }
}

function toPool(row: Row): SubnetPool {
  return {
    // A row's ids and version are what its columns say.
    projectId: row.project_id as ProjectId,
    ipVersion: row.ip_version as IpVersion,
    id: row.id,
    name: row.name,
    prefixes: fromJson(row.prefixes),
    usualLength: row.usual_length,
    leastLength: row.least_length,
    mostLength: row.most_length,
    quota: row.quota,
    shared: row.shared === 1,
    isDefault: row.default_for !== null,
    scopeId: row.scope_id,
    description: row.description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.revision,
  }
}
