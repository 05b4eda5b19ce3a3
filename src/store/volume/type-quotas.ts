/**
 * Limits of projects on what they have of single types.
 *
 * They are kept by the type's id, so that they go on when it is renamed. What is used is counted when somebody asks: few clouds
 * have such limits, and whoever grows has the project's charge to themselves by then.
 */
import type { ProjectId, VolumeTypeId } from '../../domain/ids.ts'
import { admitVolumes, noCharge, noTypeLimits } from '../../domain/volume/quotas.ts'
import type { TypeUse, VolumeCharge } from '../../domain/volume/quotas.ts'
import type { Reader, Tx } from '../store.ts'
import { defaultClass } from './quotas.ts'
import * as types from './types.ts'

const resources = ['volumes', 'snapshots', 'gigabytes'] as const

/** Of every type; null for the defaults, of which nothing is used. */
export async function usesOf(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<readonly TypeUse[]> {
  const limits = await limitsOf(reader, projectId)
  const known = await types.list(reader, 'all')
  const used = new Map<string, VolumeCharge>()
  if (projectId !== null) {
    for (const { id } of known) used.set(id, await usedOf(reader, projectId, id))
  }
  return known.map(({ id, name }) => ({
    typeId: id,
    name,
    limits: limits.get(id) ?? noTypeLimits,
    used: used.get(id) ?? noCharge,
  }))
}

/** Sets limits of a project, or with null the defaults. */
export async function setLimits(
  tx: Tx,
  projectId: ProjectId | null,
  typeId: VolumeTypeId,
  limits: Partial<VolumeCharge>,
): Promise<void> {
  for (const [resource, limit] of Object.entries(limits)) {
    const key = { project_id: projectId ?? defaultClass, resource: `${resource}/${typeId}` }
    await tx
      .insertInto('volume_limits')
      .values({ ...key, limit })
      .onConflict((on) => on.columns(['project_id', 'resource']).doUpdateSet({ limit }))
      .execute()
  }
}

/** Forgets everybody's limits on a type that is no more. */
export async function forgetType(tx: Tx, typeId: VolumeTypeId): Promise<void> {
  const keys = resources.map((resource) => `${resource}/${typeId}`)
  await tx.deleteFrom('volume_limits').where('resource', 'in', keys).execute()
}

/**
 * Lets a project have more of a type. It comes after the charge, which holds the project, and before what it is for is written.
 * @throws `over-quota`
 */
export async function admit(
  tx: Tx,
  projectId: ProjectId,
  typeId: VolumeTypeId,
  growth: Partial<VolumeCharge>,
): Promise<void> {
  const limits = (await limitsOf(tx, projectId)).get(typeId)
  if (limits === undefined) return
  const name = (await types.briefs(tx)).get(typeId)?.name ?? ''
  const used = await usedOf(tx, projectId, typeId)
  admitVolumes(limits, used, { ...noCharge, ...growth }, `_${name}`)
}

/** By type; one that nobody has set any limit on is not among them. */
async function limitsOf(
  reader: Reader,
  projectId: ProjectId | null,
): Promise<ReadonlyMap<string, VolumeCharge>> {
  const owners = projectId === null ? [defaultClass] : [defaultClass, projectId]
  const rows = await reader
    .selectFrom('volume_limits')
    .selectAll()
    .where('project_id', 'in', owners)
    .where('resource', 'like', '%/%')
    .execute()
  const found = new Map<string, VolumeCharge>()
  // The project's own come last and count.
  for (const row of rows.toSorted(
    (a, b) => owners.indexOf(a.project_id) - owners.indexOf(b.project_id),
  )) {
    const [resource = '', typeId = ''] = row.resource.split('/')
    found.set(typeId, { ...(found.get(typeId) ?? noTypeLimits), [resource]: row.limit })
  }
  return found
}

async function usedOf(
  reader: Reader,
  projectId: ProjectId,
  typeId: VolumeTypeId,
): Promise<VolumeCharge> {
  const volumes = await reader
    .selectFrom('volumes')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.sum<number | null>('size_gb').as('size'),
    ])
    .where('project_id', '=', projectId)
    .where('type_id', '=', typeId)
    .executeTakeFirstOrThrow()
  const snapshots = await reader
    .selectFrom('volume_snapshots')
    .innerJoin('volumes', 'volumes.id', 'volume_snapshots.volume_id')
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.sum<number | null>('volume_snapshots.size_gb').as('size'),
    ])
    .where('volume_snapshots.project_id', '=', projectId)
    .where('volumes.type_id', '=', typeId)
    .executeTakeFirstOrThrow()
  return {
    volumes: volumes.count,
    snapshots: snapshots.count,
    gigabytes: (volumes.size ?? 0) + (snapshots.size ?? 0),
  }
}
