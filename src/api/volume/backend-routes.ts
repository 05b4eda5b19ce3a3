/**
 * The backend, as operators see it: one, built in. What is on its volumes takes no room anywhere, so it never fills up.
 */
import { listSnapshots } from '../../app/volume/snapshots.ts'
import { listVolumes } from '../../app/volume/volumes.ts'
import { isAdmin } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { instantView } from './views.ts'

const volumeHost = 'berth@builtin'
const pool = `${volumeHost}#builtin`

const services = [
  { binary: 'cinder-scheduler', host: 'berth' },
  { binary: 'cinder-volume', host: volumeHost },
] as const

const backend = {
  vendor_name: 'Berth',
  volume_backend_name: 'builtin',
  storage_protocol: 'berth',
  driver_version: '1.0',
} as const

export const backendRoutes: readonly VolumeRoute[] = [
  told('/os-services', 'services:get_all', async ({ ctx, query }) => {
    const host = query.get('host')
    const binary = query.get('binary')
    const found = services
      .filter((each) => binary === null || each.binary === binary)
      .filter((each) => host === null || each.host === host || each.host.startsWith(`${host}@`))
    const view = found.map((each) => ({
      ...each,
      zone: 'nova',
      status: 'enabled',
      state: 'up',
      updated_at: instantView(ctx.clock.now()),
      disabled_reason: null,
    }))
    return { services: view }
  }),
  told('/os-hosts', 'hosts:manage', async ({ ctx }) => ({
    hosts: services.map(({ binary, host }) => ({
      service: binary,
      host_name: host,
      zone: 'nova',
      'service-status': 'available',
      'service-state': 'enabled',
      'last-update': instantView(ctx.clock.now()),
    })),
  })),
  told('/os-hosts/{host}', 'hosts:manage', hostUse),
  told('/scheduler-stats/get_pools', 'scheduler_extension:scheduler_stats:get_pools', pools),
  told('/capabilities/{host}', 'volume_extension:capabilities', async ({ param }) => {
    const host = param('host')
    if (host !== volumeHost && host !== pool) {
      throw problem('not-found', `Service ${host} could not be found.`, { host })
    }
    return {
      namespace: 'OS::Storage::Capabilities::berth',
      ...backend,
      pool_name: host === pool ? 'builtin' : null,
      display_name: null,
      description: null,
      visibility: null,
      replication_targets: [],
      properties: {},
    }
  }),
]

/** What is on the one host that keeps volumes: altogether, and by project. */
async function hostUse(call: Call): Promise<object> {
  const host = call.param('host')
  if (host !== volumeHost) throw problem('not-found', `Host ${host} could not be found.`, { host })
  const everybody = { allProjects: true, projectId: null }
  const volumes = (await listVolumes(call.ctx, call.who, everybody)).map(({ volume }) => volume)
  const snapshots = await listSnapshots(call.ctx, call.who, everybody)
  const use = (project: ProjectId | null): object => {
    const own = (each: { readonly projectId: ProjectId }): boolean =>
      project === null || each.projectId === project
    const size = (list: readonly { readonly sizeGb: number }[]): string =>
      String(list.reduce((sum, { sizeGb }) => sum + sizeGb, 0))
    return {
      resource: {
        host,
        project: project ?? '(total)',
        volume_count: String(volumes.filter(own).length),
        total_volume_gb: size(volumes.filter(own)),
        snapshot_count: String(snapshots.filter(own).length),
        total_snapshot_gb: size(snapshots.filter(own)),
      },
    }
  }
  const projects = new Set([...volumes, ...snapshots].map(({ projectId }) => projectId))
  return { host: [use(null), ...[...projects].map(use)] }
}

async function pools(call: Call): Promise<object> {
  const { query, ctx, who } = call
  if (!/^(?:1|true|yes)$/i.test(query.get('detail') ?? '')) return { pools: [{ name: pool }] }
  const volumes = await listVolumes(ctx, who, { allProjects: true, projectId: null })
  const allocated = volumes.reduce((sum, { volume }) => sum + volume.sizeGb, 0)
  const capabilities = {
    ...backend,
    pool_name: 'builtin',
    total_capacity_gb: 'infinite',
    free_capacity_gb: 'infinite',
    allocated_capacity_gb: allocated,
    provisioned_capacity_gb: allocated,
    reserved_percentage: 0,
    total_volumes: volumes.length,
    multiattach: true,
    backend_state: 'up',
    timestamp: instantView(ctx.clock.now()),
  }
  return { pools: [{ name: pool, capabilities }] }
}

function told(path: string, rule: string, body: (call: Call) => Promise<object>): VolumeRoute {
  const handler = async (call: Call): Promise<Answer> => {
    if (isAdmin(call.who)) return { status: 200, body: await body(call) }
    throw problem('forbidden', `Policy doesn't allow ${rule} to be performed.`, { rule })
  }
  return { method: 'GET', path, handler }
}
