/** What has one answer in this cloud: zones, extensions, and everything that it keeps none of. */
import type { Call, VolumeRoute } from './call.ts'

type Fixed = readonly [path: string, body: (call: Call) => object]

/** What can be asked of the API beside what every volume service has; clients look for them by alias. */
const extensions = [
  ['os-availability-zone', 'AvailabilityZones'],
  ['backups', 'Backups'],
  ['capabilities', 'Capabilities'],
  ['os-extended-snapshot-attributes', 'ExtendedSnapshotAttributes'],
  ['os-hosts', 'Hosts'],
  ['qos-specs', 'Qos_specs_manage'],
  ['os-quota-class-sets', 'QuotaClasses'],
  ['os-quota-sets', 'Quotas'],
  ['scheduler-stats', 'Scheduler_stats'],
  ['os-services', 'Services'],
  ['os-snapshot-actions', 'SnapshotActions'],
  ['os-types-extra-specs', 'TypesExtraSpecs'],
  ['os-types-manage', 'TypesManage'],
  ['os-used-limits', 'UsedLimits'],
  ['os-volume-actions', 'VolumeActions'],
  ['os-vol-image-meta', 'VolumeImageMetadata'],
  ['os-vol-tenant-attr', 'VolumeTenantAttribute'],
  ['os-volume-transfer', 'VolumeTransfer'],
  ['os-volume-type-access', 'VolumeTypeAccess'],
  ['encryption', 'VolumeTypeEncryption'],
] as const

const fixed: readonly Fixed[] = [
  [
    '/os-availability-zone',
    () => ({ availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true } }] }),
  ],
  [
    '/extensions',
    () => ({
      extensions: extensions.map(([alias, name]) => ({
        alias,
        name,
        description: '',
        updated: '2011-01-01T00:00:00+00:00',
        links: [],
      })),
    }),
  ],
  ['/groups', () => ({ groups: [] })],
  ['/groups/detail', () => ({ groups: [] })],
  ['/group_types', () => ({ group_types: [] })],
  ['/group_snapshots', () => ({ group_snapshots: [] })],
  ['/group_snapshots/detail', () => ({ group_snapshots: [] })],
  ['/consistencygroups', () => ({ consistencygroups: [] })],
  ['/consistencygroups/detail', () => ({ consistencygroups: [] })],
  ['/messages', () => ({ messages: [] })],
  ['/resource_filters', () => ({ resource_filters: [] })],
]

export const fixedRoutes: readonly VolumeRoute[] = fixed.map(([path, body]) => ({
  method: 'GET',
  path,
  handler: async (call) => ({ status: 200, body: body(call) }),
}))
