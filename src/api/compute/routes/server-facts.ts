/** Topology and password of a server. */
import * as facts from '../../../app/server-facts.ts'
import { noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'

export const serverFactRoutes: readonly Route[] = [
  route({
    name: 'server.topology',
    method: 'GET',
    path: '/servers/{server_id}/topology',
    policyWithin: 'compute:server:topology:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      const { nodes, pageSizeKb } = await facts.showTopology(ctx, who, server)
      return ok({ nodes, pagesize_kb: pageSizeKb })
    },
  }),
  route({
    name: 'server.password.show',
    method: 'GET',
    path: '/servers/{server_id}/os-server-password',
    policyWithin: 'os-server-password:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) =>
      ok({ password: await facts.showPassword(ctx, who, server) }),
  }),
  route({
    name: 'server.password.clear',
    method: 'DELETE',
    path: '/servers/{server_id}/os-server-password',
    policyWithin: 'os-server-password:clear',
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      await facts.clearPassword(ctx, who, server)
      return noContent()
    },
  }),
]
