/** What has one answer in this cloud: zones, services, pools, extensions, and everything that it keeps none of. */
import { isAdmin } from '../../domain/identity.ts'
import { problem } from '../../lib/problem.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { instantView } from './views.ts'

type Fixed = readonly [path: string, body: (call: Call) => object]

const pool = 'berth@builtin#builtin'

/** What can be asked of the API beside what every volume service has; clients look for them by alias. */
const extensions = [
  'os-types-manage',
  'os-quota-sets',
  'os-quota-class-sets',
  'os-services',
  'os-availability-zone',
  'os-volume-actions',
  'os-extended-snapshot-attributes',
  'os-snapshot-actions',
  'os-used-limits',
  'os-vol-image-meta',
  'os-vol-tenant-attr',
  'os-volume-type-access',
] as const

const fixed: readonly Fixed[] = [
  [
    '/os-availability-zone',
    () => ({ availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true } }] }),
  ],
  [
    '/extensions',
    () => ({
      extensions: extensions.map((alias) => ({
        alias,
        name: alias,
        description: '',
        updated: '2011-01-01T00:00:00+00:00',
        links: [],
      })),
    }),
  ],
  ['/qos-specs', () => ({ qos_specs: [] })],
  ['/backups', () => ({ backups: [] })],
  ['/backups/detail', () => ({ backups: [] })],
  ['/groups', () => ({ groups: [] })],
  ['/groups/detail', () => ({ groups: [] })],
  ['/group_types', () => ({ group_types: [] })],
  ['/group_snapshots', () => ({ group_snapshots: [] })],
  ['/group_snapshots/detail', () => ({ group_snapshots: [] })],
  ['/consistencygroups', () => ({ consistencygroups: [] })],
  ['/consistencygroups/detail', () => ({ consistencygroups: [] })],
  ['/os-volume-transfer', () => ({ transfers: [] })],
  ['/os-volume-transfer/detail', () => ({ transfers: [] })],
  ['/volume-transfers', () => ({ transfers: [] })],
  ['/volume-transfers/detail', () => ({ transfers: [] })],
  ['/messages', () => ({ messages: [] })],
  ['/resource_filters', () => ({ resource_filters: [] })],
]

/** What only operators are told. */
const forOperators: readonly Fixed[] = [
  [
    '/os-services',
    ({ ctx }) => ({
      services: ['cinder-scheduler', 'cinder-volume'].map((binary) => ({
        binary,
        host: binary === 'cinder-volume' ? 'berth@builtin' : 'berth',
        zone: 'nova',
        status: 'enabled',
        state: 'up',
        updated_at: instantView(ctx.clock.now()),
        disabled_reason: null,
      })),
    }),
  ],
  ['/scheduler-stats/get_pools', () => ({ pools: [{ name: pool }] })],
  ['/os-hosts', () => ({ hosts: [] })],
]

export const fixedRoutes: readonly VolumeRoute[] = [
  ...fixed.map(([path, body]) => told(path, async (call) => ({ status: 200, body: body(call) }))),
  ...forOperators.map(([path, body]) =>
    told(path, async (call) => {
      if (isAdmin(call.who)) return { status: 200, body: body(call) }
      throw problem('forbidden', `Policy doesn't allow ${path} to be performed.`)
    }),
  ),
]

function told(path: string, handler: (call: Call) => Promise<Answer>): VolumeRoute {
  return { method: 'GET', path, handler }
}
