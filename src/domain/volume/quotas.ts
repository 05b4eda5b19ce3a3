/** Limits of projects on volumes. -1 means no limit. */
import { problem } from '../../lib/problem.ts'
import type { VolumeTypeId } from '../ids.ts'
import type { BackupUse } from './backup.ts'

export const volumeQuotas = [
  'volumes',
  'snapshots',
  'gigabytes',
  'backups',
  'backup_gigabytes',
  'groups',
  'per_volume_gigabytes',
] as const

export type VolumeQuota = (typeof volumeQuotas)[number]
export type VolumeLimits = Readonly<Record<VolumeQuota, number>>

export const builtInVolumeLimits: VolumeLimits = {
  volumes: 10,
  snapshots: 10,
  gigabytes: 1000,
  backups: 10,
  backup_gigabytes: 1000,
  groups: 10,
  per_volume_gigabytes: -1,
}

export function isVolumeQuota(name: string): name is VolumeQuota {
  return Object.hasOwn(builtInVolumeLimits, name)
}

/** What a project is charged. A snapshot counts its volume's size too. */
export type VolumeCharge = {
  readonly volumes: number
  readonly snapshots: number
  readonly gigabytes: number
}

export const noCharge: VolumeCharge = { volumes: 0, snapshots: 0, gigabytes: 0 }

/** What a project may have and has of one type. */
export type TypeUse = {
  readonly typeId: VolumeTypeId
  readonly name: string
  readonly limits: VolumeCharge
  readonly used: VolumeCharge
}

/** The limits of whoever has none of their own on a type. */
export const noTypeLimits: VolumeCharge = { volumes: -1, snapshots: -1, gigabytes: -1 }

/**
 * Refuses a growth that would exceed a limit, or a volume that is larger than any may be.
 * @throws `over-quota` in Cinder's words.
 */
export function admitVolumes(
  limits: VolumeCharge,
  used: VolumeCharge,
  growth: VolumeCharge,
  /** What the names of the limits end with: those of a type end with its name. */
  ending = '',
): void {
  const exceeds = (name: keyof VolumeCharge): boolean =>
    growth[name] > 0 && limits[name] >= 0 && used[name] + growth[name] > limits[name]
  if (exceeds('gigabytes')) {
    throw overQuota(
      `Requested volume or snapshot exceeds allowed gigabytes${ending} quota. Requested ${growth.gigabytes}G, quota is ${limits.gigabytes}G and ${used.gigabytes}G has been consumed.`,
      'gigabytes',
    )
  }
  if (exceeds('volumes')) {
    throw overQuota(
      `Maximum number of volumes allowed (${limits.volumes}) exceeded for quota 'volumes${ending}'.`,
      'volumes',
    )
  }
  if (exceeds('snapshots')) {
    throw overQuota(
      `Maximum number of snapshots allowed (${limits.snapshots}) exceeded for quota 'snapshots${ending}'.`,
      'snapshots',
    )
  }
}

/** Refuses one more backup of that size. @throws `over-quota` in Cinder's words. */
export function admitBackup(limits: VolumeLimits, used: BackupUse, sizeGb: number): void {
  const { backups: most, backup_gigabytes: room } = limits
  if (room >= 0 && used.backup_gigabytes + sizeGb > room) {
    throw overQuota(
      `Requested backup exceeds allowed Backup gigabytes quota. Requested ${sizeGb}G, quota is ${room}G and ${used.backup_gigabytes}G has been consumed.`,
      'backup_gigabytes',
    )
  }
  if (most < 0 || used.backups < most) return
  throw overQuota(`Maximum number of backups allowed (${most}) exceeded`, 'backups')
}

/** @throws `over-quota` when one volume may not be that large. */
export function admitSize(limits: VolumeLimits, sizeGb: number): void {
  const { per_volume_gigabytes: most } = limits
  if (most < 0 || sizeGb <= most) return
  throw overQuota(
    `Requested volume size ${sizeGb}G is larger than maximum allowed limit ${most}G.`,
    'per_volume_gigabytes',
  )
}

function overQuota(message: string, resource: VolumeQuota): Error {
  return problem('over-quota', message, { resource })
}
