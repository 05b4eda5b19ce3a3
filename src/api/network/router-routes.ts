/** `/v2.0/routers` and `/v2.0/floatingips`. */
import { knownTags } from '../../app/network/tags.ts'
import type { Context } from '../../app/context.ts'
import * as floatingIps from '../../app/network/floating-ips.ts'
import * as interfaces from '../../app/network/router-interfaces.ts'
import * as routers from '../../app/network/routers.ts'
import type { NetworkId, SubnetId } from '../../domain/ids.ts'
import type { HostRoute } from '../../domain/network/network.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import { flag, neededObject, object, own, sent, text } from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { domainOf, nameOf } from './names.ts'
import { addressOrNull, fixedIpsOf, neededUuid, projectOf, routesOf, uuidOrNull } from './read.ts'
import { floatingIpView, routerView } from './views.ts'

export function routerRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = ['name', 'description', 'admin_state_up', 'external_gateway_info', 'routes']
  return [
    ...collectionRoutes({
      name: 'router',
      plural: 'routers',
      path: '/routers',
      creatable: [...changeable, 'project_id', 'tenant_id', 'availability_zone_hints'],
      changeable,
      shown: ['distributed', 'ha', 'availability_zones', 'flavor_id'],
      view: routerView,
      tags: async (id) => await knownTags(ctx, 'router', id),
      list: async (who) => await routers.listRouters(ctx, who),
      get: async (who, id) => await routers.getRouter(ctx, who, id),
      create: async (who, bodies) => {
        const made: routers.RouterWithGateway[] = []
        for (const body of bodies) made.push(await routers.createRouter(ctx, who, newRouter(body)))
        return made
      },
      update: async (who, id, body, seen) =>
        await routers.updateRouter(ctx, who, id, routerFields(body), seen),
      remove: async (who, id, seen) => await routers.deleteRouter(ctx, who, id, seen),
    }),
    [
      'PUT',
      '/v2.0/routers/{id}/add_router_interface',
      async ({ params, who, body }) => {
        const wish = interfaceWish(body())
        const added = await interfaces.addInterface(ctx, who, params['id'] ?? '', wish)
        return { status: 200, body: interfaceView(added) }
      },
    ],
    routesRoute(ctx, 'add_extraroutes', (known, said) => [...known, ...besides(said, known)]),
    routesRoute(ctx, 'remove_extraroutes', (known, said) => besides(known, said)),
    [
      'PUT',
      '/v2.0/routers/{id}/remove_router_interface',
      async ({ params, who, body }) => {
        const wish = interfaceWish(body())
        const removed = await interfaces.removeInterface(ctx, who, params['id'] ?? '', wish)
        return { status: 200, body: interfaceView(removed) }
      },
    ],
  ]
}

type Routes = readonly HostRoute[]

/** Changes some routes and leaves the others alone, so that two who do it at once do not undo each other. */
function routesRoute(
  ctx: Context,
  verb: string,
  change: (known: Routes, said: Routes) => Routes,
): NetworkRoute {
  return [
    'PUT',
    `/v2.0/routers/{id}/${verb}`,
    async ({ params, who, body }) => {
      const said = routesOf(neededObject(body(), 'router'), 'routes') ?? []
      const made = await routers.changeRoutes(ctx, who, params['id'] ?? '', (known) =>
        change(known, said),
      )
      return { status: 200, body: { router: routerView(made) } }
    },
  ]
}

/** Those of the one list that are not in the other. */
function besides(list: Routes, others: Routes): Routes {
  const isOther = ({ destination, nexthop }: HostRoute): boolean =>
    others.some((each) => each.destination === destination && each.nexthop === nexthop)
  return list.filter((route) => !isOther(route))
}

export function floatingIpRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = ['port_id', 'fixed_ip_address', 'description']
  return collectionRoutes({
    name: 'floatingip',
    plural: 'floatingips',
    path: '/floatingips',
    creatable: [
      ...changeable,
      'floating_network_id',
      'floating_ip_address',
      'subnet_id',
      'dns_name',
      'dns_domain',
      'project_id',
      'tenant_id',
    ],
    changeable,
    shown: ['router_id', 'port_details', 'qos_policy_id', 'port_forwardings'],
    view: floatingIpView,
    tags: async (id) => await knownTags(ctx, 'floating-ip', id),
    list: async (who) => await floatingIps.listFloatingIps(ctx, who),
    get: async (who, id) => await floatingIps.getFloatingIp(ctx, who, id),
    create: async (who, bodies) => {
      const made: Awaited<ReturnType<typeof floatingIps.createFloatingIp>>[] = []
      for (const body of bodies)
        made.push(await floatingIps.createFloatingIp(ctx, who, newFloatingIp(body)))
      return made
    },
    update: async (who, id, body, seen) => {
      const lead = leadOf(body)
      const description = text(body, 'description')
      return await floatingIps.updateFloatingIp(ctx, who, id, sent({ lead, description }), seen)
    },
    remove: async (who, id, seen) => await floatingIps.deleteFloatingIp(ctx, who, id, seen),
  })
}

function routerFields(body: JsonObject): Partial<routers.RouterFields> {
  return sent({
    name: text(body, 'name'),
    description: text(body, 'description'),
    adminUp: flag(body, 'admin_state_up'),
    routes: routesOf(body, 'routes'),
    gateway: gatewayOf(body),
  })
}

function newRouter(body: JsonObject): routers.NewRouter {
  const fields = { name: '', description: '', adminUp: true, routes: [], gateway: null }
  return { ...fields, ...routerFields(body), projectId: projectOf(body) }
}

/** Null and an object without a network both take the gateway away. */
function gatewayOf(body: JsonObject): routers.Gateway | null | undefined {
  if (own(body, 'external_gateway_info') === null) return null
  const info = object(body, 'external_gateway_info')
  if (info === undefined) return undefined
  if (Object.keys(info).length === 0 || own(info, 'network_id') === null) return null
  return {
    // Whether there is such a network is looked up later.
    networkId: neededUuid(info, 'network_id') as NetworkId,
    snat: flag(info, 'enable_snat') ?? null,
    fixedIps: manyOrNull(fixedIpsOf(info, 'external_fixed_ips')),
  }
}

/** An empty list wishes for nothing. */
function manyOrNull<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list
}

function interfaceWish(body: JsonObject): interfaces.InterfaceWish {
  const [subnetId, portId] = [uuidOrNull(body, 'subnet_id'), uuidOrNull(body, 'port_id')]
  if (typeof portId === 'string') return { portId }
  if (typeof subnetId === 'string') return { subnetId }
  throw problem('invalid', 'Bad router request: Either subnet_id or port_id must be specified.', {
    type: 'BadRequest',
  })
}

function interfaceView({ router, port, subnetId }: interfaces.Interface): object {
  return {
    id: router.id,
    tenant_id: router.projectId,
    project_id: router.projectId,
    port_id: port.id,
    network_id: port.networkId,
    subnet_id: subnetId,
    subnet_ids: [subnetId],
  }
}

function newFloatingIp(body: JsonObject): floatingIps.NewFloatingIp {
  return {
    // Whether there are such a network and subnet is looked up later.
    networkId: neededUuid(body, 'floating_network_id') as NetworkId,
    subnetId: (uuidOrNull(body, 'subnet_id') ?? null) as SubnetId | null,
    projectId: projectOf(body),
    address: addressOrNull(body, 'floating_ip_address') ?? null,
    description: text(body, 'description') ?? '',
    dnsName: nameOf(body) ?? '',
    dnsDomain: domainOf(body) ?? '',
    lead: leadOf(body) ?? null,
  }
}

/** Undefined when nothing is said of it; null for nowhere. */
function leadOf(body: JsonObject): floatingIps.Lead | null | undefined {
  const portId = uuidOrNull(body, 'port_id')
  const fixedAddress = addressOrNull(body, 'fixed_ip_address') ?? null
  return typeof portId === 'string' ? { portId, fixedAddress } : portId
}
