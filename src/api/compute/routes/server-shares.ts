/** Shares of file systems that are attached to a server. */
import * as shares from '../../../app/server-shares.ts'
import type { ShareShown } from '../../../app/server-shares.ts'
import type { Wire } from '../change.ts'
import { created, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'
import { attachShare } from '../schemas/server-actions.ts'

export const serverShareRoutes: readonly Route[] = [
  route({
    name: 'server.shares.list',
    method: 'GET',
    path: '/servers/{server_id}/shares',
    policyWithin: 'os-server-shares:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      const all = await shares.listShares(ctx, who, server)
      return ok({ shares: all.map(shareView) })
    },
  }),
  route({
    name: 'server.shares.attach',
    method: 'POST',
    path: '/servers/{server_id}/shares',
    policyWithin: 'os-server-shares:create',
    request: attachShare,
    handler: async ({ ctx, who, request, params: { server_id: server = '' }, body }) => {
      const { share_id: shareId, tag = null } = body.share
      const share = await shares.attachShare(ctx, who, request, server, { shareId, tag })
      return created({ share: shareView(share) })
    },
  }),
  route({
    name: 'server.shares.show',
    method: 'GET',
    path: '/servers/{server_id}/shares/{id}',
    policyWithin: 'os-server-shares:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) =>
      ok({ share: shareView(await shares.showShare(ctx, who, server, id)) }),
  }),
  route({
    name: 'server.shares.detach',
    method: 'DELETE',
    path: '/servers/{server_id}/shares/{id}',
    policyWithin: 'os-server-shares:delete',
    handler: async ({ ctx, who, request, params: { server_id: server = '', id = '' } }) => {
      await shares.detachShare(ctx, who, request, server, id)
      return ok()
    },
  }),
]

function shareView({ id, shareId, status, tag, isOperator }: ShareShown): Wire {
  const where = { uuid: id, export_location: `simulated:/shares/${shareId}` }
  return { share_id: shareId, status, tag, ...(isOperator ? where : {}) }
}
