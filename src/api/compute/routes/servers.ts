/** Servers: making, finding, changing and deleting them. */
import { listServers, listServersInDetail } from '../../../app/server-list.ts'
import type { ServerShown } from '../../../app/shown-servers.ts'
import { showServer } from '../../../app/shown-servers.ts'
import * as creating from '../../../app/servers/create.ts'
import { remove } from '../../../app/servers/delete.ts'
import { update } from '../../../app/servers/details.ts'
import type { Server } from '../../../domain/server.ts'
import type { Wire } from '../change.ts'
import { createWish, shortest } from '../create-wish.ts'
import { nextLinks } from '../pages.ts'
import { accepted, noContent, ok, okListing } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'
import { serversQuery } from '../schemas/server-list.ts'
import * as schemas from '../schemas/servers.ts'
import { serverQuery } from '../server-query.ts'
import { serverCreated } from '../views/server.ts'

export const serverRoutes: readonly Route[] = [
  route({
    name: 'servers.list',
    method: 'GET',
    path: '/servers',
    policy: 'servers:index',
    query: serversQuery,
    handler: async (call) => {
      const page = await listServers(call.ctx, call.who, serverQuery(call))
      const more = nextLinks('servers_links', page, ({ id }) => id, call.links)
      const show = (server: Server): Wire => call.api.show('serverBrief', bare(server))
      return okListing('servers', page.items, show, more)
    },
  }),
  route({
    name: 'servers.detail',
    method: 'GET',
    path: '/servers/detail',
    policy: 'servers:detail',
    query: serversQuery,
    handler: async (call) => {
      const page = await listServersInDetail(call.ctx, call.who, serverQuery(call))
      const more = nextLinks('servers_links', page, ({ server }) => server.id, call.links)
      const show = (shown: ServerShown): Wire => call.api.show('serverDetail', shown)
      return okListing('servers', page.items, show, more)
    },
  }),
  route({
    name: 'servers.create',
    method: 'POST',
    path: '/servers',
    policy: 'servers:create',
    request: schemas.createServer,
    handler: async ({ ctx, who, request, body, links, api }) => {
      const made = await creating.create(ctx, who, request, createWish(body, api))
      if (body.server.return_reservation_id === true) {
        return accepted({ reservation_id: made.reservationId })
      }
      const [first] = made.servers
      const headers = first === undefined ? {} : { Location: links.href(`/servers/${first.id}`) }
      return accepted(
        { server: first === undefined ? {} : serverCreated(first, made.adminPass, links) },
        headers,
      )
    },
  }),
  route({
    name: 'servers.show',
    method: 'GET',
    path: '/servers/{id}',
    policyWithin: 'servers:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) =>
      ok({ server: api.show('server', await showServer(ctx, who, id)) }),
  }),
  route({
    name: 'servers.update',
    method: 'PUT',
    path: '/servers/{id}',
    policyWithin: 'servers:update',
    request: schemas.updateServer,
    handler: async ({ ctx, who, params: { id = '' }, body: { server: wish }, api }) => {
      const shown = await update(ctx, who, id, {
        name: wish.name,
        description: wish.description,
        hostname: wish.hostname,
        accessIpV4: wish.accessIPv4,
        accessIpV6: shortest(wish.accessIPv6),
        diskConfig: wish['OS-DCF:diskConfig'],
        pinnedZone: wish.pinned_availability_zone,
      })
      return ok({ server: api.show('serverUpdated', shown) })
    },
  }),
  route({
    name: 'servers.delete',
    method: 'DELETE',
    path: '/servers/{id}',
    policyWithin: 'servers:delete',
    handler: async ({ ctx, who, request, params: { id = '' } }) => {
      await remove(ctx, who, request, id)
      return noContent()
    },
  }),
]

/** A brief view needs nothing but the record. */
function bare(server: Server): ServerShown {
  return { server, fault: null, hostStatus: '', addresses: new Map(), volumes: [] }
}
