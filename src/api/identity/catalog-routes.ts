/** `/v3/services` and `/v3/endpoints`: the catalog as lists, and what operators add to it. */
import * as catalog from '../../app/identity/catalog.ts'
import { authorize } from '../../app/identity/policy.ts'
import { interfaces } from '../../domain/catalog.ts'
import type { EndpointRecord, ServiceRecord } from '../../domain/catalog.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, flag, neededObject, neededText, sent, text, textOrNull } from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { idOf, linksOf, page } from './asked.ts'
import type { Ask } from './asked.ts'
import { endpointView, serviceView, wholeCatalog } from './catalog.ts'
import { extraIn } from './kept-fields.ts'

const interfaceRule: TextRule = { oneOf: interfaces }
const urlRule: TextRule = { max: 225, pattern: /^[a-zA-Z0-9+.-]+:.+/ }
const needed: TextRule = { min: 1, max: 255 }

export function catalogRoutes(api: IdentityApi): readonly IdentityRoute[] {
  return [...serviceRoutes(api), ...endpointRoutes(api)]
}

async function everything(api: IdentityApi, { request }: Ask): Promise<catalog.CatalogRecords> {
  return wholeCatalog(api.catalog, await catalog.readCatalog(api.ctx), request.origin)
}

function serviceRoutes(api: IdentityApi): readonly IdentityRoute[] {
  const show = (service: ServiceRecord, ask: Ask, status: number) => ({
    status,
    body: { service: serviceView(service, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/services',
      async (ask) => {
        authorize(ask.who.who, 'list_services')
        const { query } = ask.request
        const found = (await everything(api, ask)).services
          .filter(({ type }) => (query.get('type') ?? type) === type)
          .filter(({ name }) => (query.get('name') ?? name) === name)
        return page(
          ask,
          'services',
          found.map((each) => serviceView(each, linksOf(ask))),
        )
      },
    ],
    [
      'GET',
      '/v3/services/{id}',
      async (ask) => {
        authorize(ask.who.who, 'list_services')
        const { services } = await everything(api, ask)
        const found = services.find(({ id }) => id === idOf(ask))
        if (found === undefined) throw catalog.missing('service', idOf(ask))
        return show(found, ask, 200)
      },
    ],
    [
      'POST',
      '/v3/services',
      async (ask) => {
        const body = neededObject(ask.body(), 'service')
        const wanted = {
          type: neededText(body, 'type'),
          name: text(body, 'name') ?? '',
          enabled: flag(body, 'enabled') ?? true,
          ...extraIn('service', body),
        }
        return show(await catalog.createService(api, ask.who.who, wanted), ask, 201)
      },
    ],
    [
      'PATCH',
      '/v3/services/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'service')
        const change = sent({
          type: text(body, 'type', needed),
          name: text(body, 'name'),
          enabled: flag(body, 'enabled'),
          ...extraIn('service', body),
        })
        return show(await catalog.updateService(api, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/services/{id}',
      async (ask) => {
        await catalog.deleteService(api, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

function endpointRoutes(api: IdentityApi): readonly IdentityRoute[] {
  const show = (endpoint: EndpointRecord, ask: Ask, status: number) => ({
    status,
    body: { endpoint: endpointView(endpoint, linksOf(ask)) },
  })
  return [
    [
      'GET',
      '/v3/endpoints',
      async (ask) => {
        authorize(ask.who.who, 'list_endpoints')
        const { query } = ask.request
        const found = (await everything(api, ask)).endpoints
          .filter((each) => (query.get('interface') ?? each.interface) === each.interface)
          .filter((each) => (query.get('service_id') ?? each.serviceId) === each.serviceId)
          .filter((each) => (query.get('region_id') ?? each.regionId) === each.regionId)
        return page(
          ask,
          'endpoints',
          found.map((each) => endpointView(each, linksOf(ask))),
        )
      },
    ],
    [
      'GET',
      '/v3/endpoints/{id}',
      async (ask) => {
        authorize(ask.who.who, 'list_endpoints')
        const { endpoints } = await everything(api, ask)
        const found = endpoints.find(({ id }) => id === idOf(ask))
        if (found === undefined) throw catalog.missing('endpoint', idOf(ask))
        return show(found, ask, 200)
      },
    ],
    [
      'POST',
      '/v3/endpoints',
      async (ask) => {
        const body = neededObject(ask.body(), 'endpoint')
        const wanted = {
          serviceId: neededText(body, 'service_id'),
          interface: neededText(body, 'interface', interfaceRule),
          url: neededText(body, 'url', urlRule),
          regionId: regionIn(body) ?? null,
          enabled: flag(body, 'enabled') ?? true,
          ...extraIn('endpoint', body),
        }
        return show(await catalog.createEndpoint(api, ask.who.who, wanted), ask, 201)
      },
    ],
    [
      'PATCH',
      '/v3/endpoints/{id}',
      async (ask) => {
        const body = neededObject(ask.body(), 'endpoint')
        const change = sent({
          serviceId: text(body, 'service_id', needed),
          interface: text(body, 'interface', interfaceRule),
          url: text(body, 'url', urlRule),
          regionId: regionIn(body),
          enabled: flag(body, 'enabled'),
          ...extraIn('endpoint', body),
        })
        return show(await catalog.updateEndpoint(api, ask.who.who, idOf(ask), change), ask, 200)
      },
    ],
    [
      'DELETE',
      '/v3/endpoints/{id}',
      async (ask) => {
        await catalog.deleteEndpoint(api, ask.who.who, idOf(ask))
        return { status: 204 }
      },
    ],
  ]
}

/** By its id, or by the name that older clients send, which is the same. */
function regionIn(body: JsonObject): string | null | undefined {
  const id = textOrNull(body, 'region_id', needed)
  const region = id === undefined ? textOrNull(body, 'region', needed) : id
  if (region?.includes('/') === true) throw bad('region_id', 'it must be a part of an address')
  return region
}
