/** `/v3/services`, `/v3/endpoints`, `/v3/regions`: the catalog as lists. It follows from the configuration and is only read. */
import { authorize } from '../../app/identity/policy.ts'
import { problem } from '../../lib/problem.ts'
import { endpointViews, region, regionView, serviceId, serviceView } from './catalog.ts'
import { baseOf } from './api.ts'
import type { IdentityApi, IdentityRoute } from './api.ts'
import { linksAt, listView } from './views.ts'

export function catalogRoutes({ catalog }: IdentityApi): readonly IdentityRoute[] {
  return [
    [
      'GET',
      '/v3/services',
      async ({ request, who }) => {
        authorize(who.who, 'list_services')
        const { query, origin } = request
        const views = catalog
          .filter(({ type }) => (query.get('type') ?? type) === type)
          .filter(({ name }) => (query.get('name') ?? name) === name)
          .map((service) => serviceView(service, origin))
        const links = linksAt(baseOf(request))
        return { status: 200, body: listView('services', views, links('/services')) }
      },
    ],
    [
      'GET',
      '/v3/services/{id}',
      async ({ request, params, who }) => {
        authorize(who.who, 'list_services')
        const found = catalog.find((service) => serviceId(service) === params['id'])
        if (found === undefined) throw missing('service', params['id'])
        return { status: 200, body: { service: serviceView(found, request.origin) } }
      },
    ],
    [
      'GET',
      '/v3/endpoints',
      async ({ request, who }) => {
        authorize(who.who, 'list_endpoints')
        const { query, origin } = request
        const views = endpointViews(catalog, origin).filter((endpoint) =>
          (['interface', 'service_id', 'region_id'] as const).every(
            (name) => (query.get(name) ?? endpoint[name]) === endpoint[name],
          ),
        )
        const links = linksAt(baseOf(request))
        return { status: 200, body: listView('endpoints', views, links('/endpoints')) }
      },
    ],
    [
      'GET',
      '/v3/endpoints/{id}',
      async ({ request, params, who }) => {
        authorize(who.who, 'list_endpoints')
        const found = endpointViews(catalog, request.origin).find(({ id }) => id === params['id'])
        if (found === undefined) throw missing('endpoint', params['id'])
        return { status: 200, body: { endpoint: found } }
      },
    ],
    [
      'GET',
      '/v3/regions',
      async ({ request }) => {
        const links = linksAt(baseOf(request))
        const views = [regionView(request.origin)]
        return { status: 200, body: listView('regions', views, links('/regions')) }
      },
    ],
    [
      'GET',
      '/v3/regions/{id}',
      async ({ request, params }) => {
        if (params['id'] !== region) throw missing('region', params['id'])
        return { status: 200, body: { region: regionView(request.origin) } }
      },
    ],
  ]
}

function missing(what: string, id: string | undefined): Error {
  return problem('not-found', `Could not find ${what}: ${id ?? ''}.`)
}
