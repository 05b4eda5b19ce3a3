/** `/v2.0/network-ip-availabilities`. */
import { getAvailability, listAvailabilities } from '../../app/network/availabilities.ts'
import type { NetworkAvailability } from '../../app/network/availabilities.ts'
import type { Context } from '../../app/context.ts'
import type { NetworkRoute } from './collection.ts'
import { pageOf } from './listing.ts'

const path = '/v2.0/network-ip-availabilities'

export function availabilityRoutes(ctx: Context): readonly NetworkRoute[] {
  return [
    [
      'GET',
      path,
      async ({ request, who }) => {
        const versions = request.query.getAll('ip_version')
        const found = await listAvailabilities(ctx, who)
        const views = found
          .map((each) => ofVersions(each, versions))
          .filter((each) => versions.length === 0 || each.subnets.length > 0)
          .map(view)
        return { status: 200, body: pageOf('network_ip_availabilities', views, request) }
      },
    ],
    [
      'GET',
      `${path}/{id}`,
      async ({ params, who }) => {
        const found = await getAvailability(ctx, who, params['id'] ?? '')
        return { status: 200, body: { network_ip_availability: view(found) } }
      },
    ],
  ]
}

function ofVersions(of: NetworkAvailability, versions: readonly string[]): NetworkAvailability {
  if (versions.length === 0) return of
  const subnets = of.subnets.filter(({ subnet }) => versions.includes(String(subnet.ipVersion)))
  return { ...of, subnets }
}

/** Numbers of addresses in version 6 are larger than JavaScript counts exactly: they are right in their first 15 digits. */
function view({ network, subnets }: NetworkAvailability): object {
  const { id, name, projectId } = network
  return {
    network_id: id,
    network_name: name,
    project_id: projectId,
    tenant_id: projectId,
    total_ips: Number(subnets.reduce((sum, { total }) => sum + total, 0n)),
    used_ips: subnets.reduce((sum, { used }) => sum + used, 0),
    subnet_ip_availability: subnets.map(({ subnet, total, used }) => ({
      subnet_id: subnet.id,
      subnet_name: subnet.name,
      ip_version: subnet.ipVersion,
      cidr: subnet.cidr,
      total_ips: Number(total),
      used_ips: used,
    })),
  }
}
