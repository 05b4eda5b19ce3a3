/** How the catalog is shown: what runs here, seen from where the caller reached us, and after it what operators added. */
import type { CatalogRecords } from '../../app/identity/catalog.ts'
import { endpointId, endpointUrl, interfaces, ownRegion, serviceId } from '../../domain/catalog.ts'
import type {
  CatalogService,
  EndpointRecord,
  RegionRecord,
  ServiceRecord,
} from '../../domain/catalog.ts'
import type { Links } from './views.ts'

/** Everything of the catalog as records; what runs here has its addresses filled in. */
export function wholeCatalog(
  own: readonly CatalogService[],
  added: CatalogRecords,
  origin: string,
): CatalogRecords {
  const services = own.map((service) => ({
    id: serviceId(service),
    type: service.type,
    name: service.name,
    enabled: true,
    extra: { description: '' },
  }))
  const endpoints = own.flatMap((service) =>
    interfaces.map((side) => ({
      id: endpointId(service, side),
      serviceId: serviceId(service),
      interface: side,
      regionId: ownRegion,
      url: origin + service.path,
      enabled: true,
      extra: {},
    })),
  )
  return {
    services: [...services, ...added.services],
    endpoints: [...endpoints, ...added.endpoints],
  }
}

/** The catalog as a token carries it: what is enabled, with addresses for whoever holds the token. */
export function catalogView(
  { services, endpoints }: CatalogRecords,
  holder: Parameters<typeof endpointUrl>[1],
): readonly object[] {
  const byService = Map.groupBy(endpoints, (endpoint) => endpoint.serviceId)
  return services
    .filter(({ enabled }) => enabled)
    .map(({ id, type, name }) => ({
      id,
      type,
      name,
      endpoints: (byService.get(id) ?? []).flatMap((endpoint) => {
        const url = endpoint.enabled ? endpointUrl(endpoint.url, holder) : null
        if (url === null) return []
        const { regionId } = endpoint
        return [
          {
            id: endpoint.id,
            interface: endpoint.interface,
            region: regionId,
            region_id: regionId,
            url,
          },
        ]
      }),
    }))
}

export function serviceView(service: ServiceRecord, links: Links): object {
  const { id, type, name, enabled, extra } = service
  return { ...extra, id, type, name, enabled, links: { self: links(`/services/${id}`) } }
}

export function endpointView(endpoint: EndpointRecord, links: Links): object {
  const { id, url, enabled, regionId, extra } = endpoint
  return {
    ...extra,
    id,
    interface: endpoint.interface,
    region: regionId,
    region_id: regionId,
    service_id: endpoint.serviceId,
    url,
    enabled,
    links: { self: links(`/endpoints/${id}`) },
  }
}

export function regionView(region: RegionRecord, links: Links): object {
  const { id, description, parentId, extra } = region
  return {
    ...extra,
    id,
    description,
    parent_region_id: parentId,
    links: { self: links(`/regions/${id}`) },
  }
}
