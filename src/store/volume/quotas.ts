/** Limits of projects on volumes, and what their volumes and snapshots are charged. */
import type { ProjectId } from '../../domain/ids.ts'
import {
  admitVolumes,
  builtInVolumeLimits,
  isVolumeQuota,
  noCharge,
} from '../../domain/volume/quotas.ts'
import type { VolumeCharge, VolumeLimits } from '../../domain/volume/quotas.ts'
import { assert } from '../../lib/problem.ts'
import type { Reader, Tx } from '../store.ts'

/** Where the limits of the default class are kept: no project can have this id. */
export const defaultClass = 'class:default'

export async function limitsOf(reader: Reader, projectId: ProjectId): Promise<VolumeLimits> {
  return { ...(await defaultLimits(reader)), ...(await own(reader, projectId)) }
}

/** The limits of a project that has none of its own. */
export async function defaultLimits(reader: Reader): Promise<VolumeLimits> {
  return { ...builtInVolumeLimits, ...(await own(reader, defaultClass)) }
}

export async function setLimits(
  tx: Tx,
  projectId: ProjectId,
  limits: Partial<VolumeLimits>,
): Promise<void> {
  await write(tx, projectId, limits)
}

export async function setDefaultLimits(tx: Tx, limits: Partial<VolumeLimits>): Promise<void> {
  await write(tx, defaultClass, limits)
}

/** Back to the defaults. */
export async function clearLimits(tx: Tx, projectId: ProjectId): Promise<void> {
  await tx.deleteFrom('volume_limits').where('project_id', '=', projectId).execute()
}

export async function usageOf(reader: Reader, projectId: ProjectId): Promise<VolumeCharge> {
  const row = await reader
    .selectFrom('volume_usages')
    .select(['volumes', 'snapshots', 'gigabytes'])
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return row ?? noCharge
}

/**
 * Charges a project for a growth, or gives back when it is negative. The row is written before it is judged: on PostgreSQL
 * that holds it, so that two requests at once cannot both fit into what is left for one.
 * @throws `over-quota`; then nothing is charged, because the transaction is undone.
 */
export async function charge(
  tx: Tx,
  projectId: ProjectId,
  growth: Partial<VolumeCharge>,
): Promise<void> {
  const whole = { ...noCharge, ...growth }
  await tx
    .insertInto('volume_usages')
    .values({ project_id: projectId, ...noCharge })
    .onConflict((on) => on.doNothing())
    .execute()
  const row = await tx
    .updateTable('volume_usages')
    .set((e) => ({
      volumes: e('volumes', '+', whole.volumes),
      snapshots: e('snapshots', '+', whole.snapshots),
      gigabytes: e('gigabytes', '+', whole.gigabytes),
    }))
    .where('project_id', '=', projectId)
    .returningAll()
    .executeTakeFirst()
  assert(row !== undefined, 'what a project uses has a row', { project: projectId })
  const before: VolumeCharge = {
    volumes: row.volumes - whole.volumes,
    snapshots: row.snapshots - whole.snapshots,
    gigabytes: row.gigabytes - whole.gigabytes,
  }
  admitVolumes(await limitsOf(tx, projectId), before, whole)
}

async function own(reader: Reader, owner: string): Promise<Partial<VolumeLimits>> {
  const query = reader.selectFrom('volume_limits').selectAll().where('project_id', '=', owner)
  const known = (await query.execute()).filter(({ resource }) => isVolumeQuota(resource))
  return Object.fromEntries(known.map(({ resource, limit }) => [resource, limit]))
}

async function write(tx: Tx, owner: string, limits: Partial<VolumeLimits>): Promise<void> {
  for (const [resource, limit] of Object.entries(limits)) {
    await tx
      .insertInto('volume_limits')
      .values({ project_id: owner, resource, limit })
      .onConflict((on) => on.columns(['project_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}
