/** Server groups. */
import * as groups from '../../../app/server-groups.ts'
import { offsetWish } from '../pages.ts'
import { noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-groups.ts'

export const serverGroupRoutes: readonly Route[] = [
  route({
    name: 'serverGroups.list',
    method: 'GET',
    path: '/os-server-groups',
    policy: 'os-server-groups:index',
    query: schemas.groupsQuery,
    handler: async ({ ctx, who, query, api }) => {
      const wish = { ...offsetWish(query), allProjects: query.names.includes('all_projects') }
      const found = await groups.listGroups(ctx, who, wish)
      return ok({ server_groups: found.map((each) => api.show('serverGroup', each)) })
    },
  }),
  route({
    name: 'serverGroups.create',
    method: 'POST',
    path: '/os-server-groups',
    policy: 'os-server-groups:create',
    request: schemas.createGroup,
    handler: async ({ ctx, who, body: { server_group: wish }, api }) => {
      const { name, policy, rules } = wish
      const maxServerPerHost = rules?.max_server_per_host ?? null
      const group = await groups.createGroup(ctx, who, { name, policy, maxServerPerHost })
      return ok({ server_group: api.show('serverGroup', group) })
    },
  }),
  route({
    name: 'serverGroups.show',
    method: 'GET',
    path: '/os-server-groups/{id}',
    policyWithin: 'os-server-groups:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { id = '' }, api }) => {
      const group = await groups.showGroup(ctx, who, id)
      return ok({ server_group: api.show('serverGroup', group) })
    },
  }),
  route({
    name: 'serverGroups.delete',
    method: 'DELETE',
    path: '/os-server-groups/{id}',
    policyWithin: 'os-server-groups:delete',
    handler: async ({ ctx, who, params: { id = '' } }) => {
      await groups.deleteGroup(ctx, who, id)
      return noContent()
    },
  }),
]
