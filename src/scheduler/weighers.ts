/**
 * How much better one fitting host is than another.
 *
 * Servers are spread: the host with the larger free share of memory and of processors wins. A soft group policy outweighs
 * that, and nothing else does.
 */
import type { HostView } from './place.ts'
import type { PlacementRequest } from './request.ts'

const groupWeight = 100

export function scoreOf(host: HostView, request: PlacementRequest): number {
  return share(host, 'MEMORY_MB') + share(host, 'VCPU') + groupWeight * groupScore(host, request)
}

function share(host: HostView, resourceClass: string): number {
  const total = host.total[resourceClass] ?? 0
  return total === 0 ? 0 : (host.free[resourceClass] ?? 0) / total
}

function groupScore(host: HostView, { group }: PlacementRequest): number {
  const members = group?.members.get(host.host) ?? 0
  if (group?.policy === 'soft-affinity') return members
  return group?.policy === 'soft-anti-affinity' ? -members : 0
}
