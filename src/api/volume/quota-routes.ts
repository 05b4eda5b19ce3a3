/** `/os-quota-sets`, `/os-quota-class-sets` and `/limits`. */
import {
  clearLimits,
  getDefaults,
  getUse,
  setDefaults,
  setLimits,
} from '../../app/volume/quotas.ts'
import type { LimitsWish, VolumeUse } from '../../app/volume/quotas.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { isVolumeQuota, volumeQuotas } from '../../domain/volume/quotas.ts'
import type { VolumeCharge, VolumeQuota } from '../../domain/volume/quotas.ts'
import type { Json, JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { bad } from '../http/fields.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'

const most = 2_147_483_647

/** What there are limits of on single types. */
const typed = ['volumes', 'snapshots', 'gigabytes'] as const

export const quotaRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/os-quota-sets/{id}',
    handler: async (call) => {
      const use = await getUse(call.ctx, call.who, projectOf(call))
      const withUse = /^(?:1|true|yes)$/i.test(call.query.get('usage') ?? '')
      const values = withUse ? useOf(use) : limitsOf(use)
      return { status: 200, body: { quota_set: { id: call.param('id'), ...values } } }
    },
  },
  {
    method: 'GET',
    path: '/os-quota-sets/{id}/defaults',
    handler: async ({ ctx, param }) => {
      const limits = limitsOf(await getDefaults(ctx))
      return { status: 200, body: { quota_set: { id: param('id'), ...limits } } }
    },
  },
  {
    method: 'PUT',
    path: '/os-quota-sets/{id}',
    handler: async (call) => {
      const wanted = limitsIn(call.within('quota_set'))
      const use = await setLimits(call.ctx, call.who, projectOf(call), wanted)
      return { status: 200, body: { quota_set: limitsOf(use) } }
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
      const limits = limitsOf(await getDefaults(ctx))
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
      const use = await setDefaults(ctx, who, limitsIn(within('quota_class_set')))
      return { status: 200, body: { quota_class_set: limitsOf(use) } }
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
    totalBackupsUsed: use.used.backups,
    totalBackupGigabytesUsed: use.used.backup_gigabytes,
  }
  return { status: 200, body: { limits: { rate: [], absolute } } }
}

function useOf({ limits, used, types }: VolumeUse): Readonly<Record<string, object>> {
  const counted: Readonly<Partial<Record<VolumeQuota, number>>> = used
  const view = (limit: number, inUse: number): object => ({ limit, in_use: inUse, reserved: 0 })
  return Object.fromEntries([
    ...volumeQuotas.map((name) => [name, view(limits[name], counted[name] ?? 0)] as const),
    ...types.flatMap((type) =>
      typed.map(
        (name) => [`${name}_${type.name}`, view(type.limits[name], type.used[name])] as const,
      ),
    ),
  ])
}

function limitsOf({ limits, types }: VolumeUse): Readonly<Record<string, number>> {
  const ofTypes = types.flatMap((type) =>
    typed.map((name) => [`${name}_${type.name}`, type.limits[name]] as const),
  )
  return { ...limits, ...Object.fromEntries(ofTypes) }
}

/** What of the body are limits: on everything, and, with the name of a type behind it, on what is of the type. */
function limitsIn(body: JsonObject): LimitsWish {
  const limits: Partial<Record<VolumeQuota, number>> = {}
  const ofTypes: { name: string; limits: Partial<VolumeCharge> }[] = []
  for (const [name, value] of Object.entries(body)) {
    const what = typed.find((each) => name.startsWith(`${each}_`))
    if (isVolumeQuota(name)) limits[name] = limitIn(name, value)
    else if (what !== undefined) {
      ofTypes.push({ name: name.slice(what.length + 1), limits: { [what]: limitIn(name, value) } })
    }
  }
  return { limits, ofTypes }
}

function limitIn(name: string, value: Json): number {
  const limit = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < -1 || limit > most) {
    throw bad(name, `it must be an integer from -1 to ${most}`)
  }
  return limit
}

function projectOf({ param }: Call): ProjectId {
  // Whatever the path says; a project that is none uses nothing.
  return param('id') as ProjectId
}
