/** `/os-quota-sets`, `/os-quota-class-sets` and `/limits`. */
import {
  clearLimits,
  getDefaults,
  getUse,
  setDefaults,
  setLimits,
} from '../../app/volume/quotas.ts'
import type { VolumeUse } from '../../app/volume/quotas.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { isVolumeQuota, volumeQuotas } from '../../domain/volume/quotas.ts'
import type { VolumeLimits, VolumeQuota } from '../../domain/volume/quotas.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad } from '../http/fields.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'

const most = 2_147_483_647

export const quotaRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/os-quota-sets/{id}',
    handler: async (call) => {
      const use = await getUse(call.ctx, call.who, projectOf(call))
      const withUse = /^(?:1|true|yes)$/i.test(call.query.get('usage') ?? '')
      const values = withUse ? useOf(use) : use.limits
      return { status: 200, body: { quota_set: { id: call.param('id'), ...values } } }
    },
  },
  {
    method: 'GET',
    path: '/os-quota-sets/{id}/defaults',
    handler: async ({ ctx, param }) => {
      const limits = await getDefaults(ctx)
      return { status: 200, body: { quota_set: { id: param('id'), ...limits } } }
    },
  },
  {
    method: 'PUT',
    path: '/os-quota-sets/{id}',
    handler: async (call) => {
      const wanted = limitsIn(call.within('quota_set'))
      const limits = await setLimits(call.ctx, call.who, projectOf(call), wanted)
      return { status: 200, body: { quota_set: limits } }
    },
  },
  {
    method: 'DELETE',
    path: '/os-quota-sets/{id}',
    handler: async (call) => {
      await clearLimits(call.ctx, call.who, projectOf(call))
      return { status: 200 }
    },
  },
  {
    method: 'GET',
    path: '/os-quota-class-sets/{id}',
    handler: async ({ ctx, param }) => {
      const limits = await getDefaults(ctx)
      return { status: 200, body: { quota_class_set: { id: param('id'), ...limits } } }
    },
  },
  {
    method: 'PUT',
    path: '/os-quota-class-sets/{id}',
    handler: async ({ ctx, who, within, param }) => {
      if (param('id') !== 'default') {
        throw problem('not-found', `Quota class ${param('id')} could not be found.`)
      }
      const limits = await setDefaults(ctx, who, limitsIn(within('quota_class_set')))
      return { status: 200, body: { quota_class_set: limits } }
    },
  },
  { method: 'GET', path: '/limits', handler: limitsAndUse },
]

async function limitsAndUse(call: Call): Promise<Answer> {
  const asked = call.query.get('project_id') ?? call.query.get('tenant_id') ?? call.who.projectId
  // Whatever somebody asks for; a project that is none uses nothing.
  const use = await getUse(call.ctx, call.who, (asked ?? '') as ProjectId)
  const absolute = {
    maxTotalVolumes: use.limits.volumes,
    maxTotalVolumeGigabytes: use.limits.gigabytes,
    maxTotalSnapshots: use.limits.snapshots,
    maxTotalBackups: use.limits.backups,
    maxTotalBackupGigabytes: use.limits.backup_gigabytes,
    totalVolumesUsed: use.used.volumes,
    totalGigabytesUsed: use.used.gigabytes,
    totalSnapshotsUsed: use.used.snapshots,
    totalBackupsUsed: 0,
    totalBackupGigabytesUsed: 0,
  }
  return { status: 200, body: { limits: { rate: [], absolute } } }
}

function useOf({ limits, used }: VolumeUse): Readonly<Record<string, object>> {
  const counted: Readonly<Partial<Record<VolumeQuota, number>>> = used
  return Object.fromEntries(
    volumeQuotas.map((name) => [
      name,
      { limit: limits[name], in_use: counted[name] ?? 0, reserved: 0 },
    ]),
  )
}

/** What of the body are limits. Those of single types are taken and never reached: types have none of their own. */
function limitsIn(body: JsonObject): Partial<VolumeLimits> {
  const wanted: Partial<Record<VolumeQuota, number>> = {}
  for (const [name, value] of Object.entries(body)) {
    if (!isVolumeQuota(name)) continue
    const limit = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < -1 || limit > most) {
      throw bad(name, `it must be an integer from -1 to ${most}`)
    }
    wanted[name] = limit
  }
  return wanted
}

function projectOf({ param }: Call): ProjectId {
  // Whatever the path says; a project that is none uses nothing.
  return param('id') as ProjectId
}
