/** The service catalog: where each service answers, seen from where the caller reached us. */
import { derivedUuid } from '../../lib/ids.ts'

export type CatalogService = {
  /** The official type, such as `compute`. */
  readonly type: string
  readonly name: string
  /** Below the origin: `/compute/v2.1`. */
  readonly path: string
}

export const region = 'RegionOne'
const interfaces: readonly string[] = ['public', 'internal', 'admin']

/** What a cloud offers. Block storage has the official type, and the one that older clients look for. */
export const usualCatalog: readonly CatalogService[] = [
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'placement', name: 'placement', path: '/placement' },
  { type: 'image', name: 'glance', path: '/image' },
  { type: 'network', name: 'neutron', path: '/network' },
  { type: 'block-storage', name: 'cinder', path: '/volume/v3' },
  { type: 'volumev3', name: 'cinderv3', path: '/volume/v3' },
]

export function catalogView(
  services: readonly CatalogService[],
  origin: string,
): readonly object[] {
  return services.map((service) => ({
    id: serviceId(service),
    type: service.type,
    name: service.name,
    endpoints: endpointsOf(service, origin).map(
      ({ service_id: _, enabled: __, links: ___, ...rest }) => rest,
    ),
  }))
}

export function serviceView(service: CatalogService, origin: string): object {
  const id = serviceId(service)
  return {
    id,
    type: service.type,
    name: service.name,
    description: '',
    enabled: true,
    links: { self: `${origin}/identity/v3/services/${id}` },
  }
}

export function endpointViews(
  services: readonly CatalogService[],
  origin: string,
): readonly ReturnType<typeof endpointsOf>[number][] {
  return services.flatMap((service) => endpointsOf(service, origin))
}

export function regionView(origin: string): object {
  const links = { self: `${origin}/identity/v3/regions/${region}` }
  return { id: region, description: '', parent_region_id: null, links }
}

export function serviceId({ type }: CatalogService): string {
  return hex('service', type)
}

function endpointsOf(service: CatalogService, origin: string) {
  return interfaces.map((side) => {
    const id = hex('endpoint', `${service.type}/${side}`)
    return {
      id,
      interface: side,
      region,
      region_id: region,
      service_id: serviceId(service),
      url: origin + service.path,
      enabled: true,
      links: { self: `${origin}/identity/v3/endpoints/${id}` },
    }
  })
}

function hex(namespace: string, name: string): string {
  return derivedUuid(`catalog.${namespace}`, name).replaceAll('-', '')
}
