/** What belongs to a server: metadata, tags, addresses, interfaces, actions. */
import * as actions from '../../../app/server-actions.ts'
import * as interfaces from '../../../app/server-interfaces.ts'
import { pageMax } from '../../../app/page.ts'
import * as metadata from '../../../app/servers/metadata.ts'
import * as tags from '../../../app/servers/tags.ts'
import { showServer } from '../../../app/shown-servers.ts'
import { problem } from '../../../lib/problem.ts'
import { nextLinks, pageWish } from '../pages.ts'
import { created, noContent, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { actionsQuery } from '../schemas/paged.ts'
import { noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-actions.ts'
import { timesOf } from '../times-query.ts'
import { plainAddresses } from '../views/addresses.ts'

export const metadataRoutes: readonly Route[] = [
  route({
    name: 'server.metadata.list',
    method: 'GET',
    path: '/servers/{server_id}/metadata',
    policyWithin: 'server-metadata:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) =>
      ok({ metadata: await metadata.showMetadata(ctx, who, server) }),
  }),
  route({
    name: 'server.metadata.merge',
    method: 'POST',
    path: '/servers/{server_id}/metadata',
    policyWithin: 'server-metadata:create',
    request: schemas.changeMetadata,
    handler: async ({ ctx, who, params: { server_id: server = '' }, body }) =>
      ok({ metadata: await metadata.mergeMetadata(ctx, who, server, body.metadata) }),
  }),
  route({
    name: 'server.metadata.replace',
    method: 'PUT',
    path: '/servers/{server_id}/metadata',
    policyWithin: 'server-metadata:update_all',
    request: schemas.changeMetadata,
    handler: async ({ ctx, who, params: { server_id: server = '' }, body }) =>
      ok({ metadata: await metadata.replaceMetadata(ctx, who, server, body.metadata) }),
  }),
  route({
    name: 'server.metadata.show',
    method: 'GET',
    path: '/servers/{server_id}/metadata/{id}',
    policyWithin: 'server-metadata:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) =>
      ok({ meta: { [id]: await metadata.showMetadataItem(ctx, who, server, id) } }),
  }),
  route({
    name: 'server.metadata.set',
    method: 'PUT',
    path: '/servers/{server_id}/metadata/{id}',
    policyWithin: 'server-metadata:update',
    request: schemas.setMetadataItem,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' }, body: { meta } }) => {
      if (!Object.hasOwn(meta, id)) throw problem('invalid', 'Request body and URI mismatch')
      await metadata.mergeMetadata(ctx, who, server, meta, 'server-metadata:update')
      return ok({ meta })
    },
  }),
  route({
    name: 'server.metadata.delete',
    method: 'DELETE',
    path: '/servers/{server_id}/metadata/{id}',
    policyWithin: 'server-metadata:delete',
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) => {
      await metadata.deleteMetadataItem(ctx, who, server, id)
      return noContent()
    },
  }),
]

export const tagRoutes: readonly Route[] = [
  route({
    name: 'server.tags.list',
    method: 'GET',
    path: '/servers/{server_id}/tags',
    policyWithin: 'os-server-tags:index',
    handler: async ({ ctx, who, params: { server_id: server = '' } }) =>
      ok({ tags: await tags.listTags(ctx, who, server) }),
  }),
  route({
    name: 'server.tags.replace',
    method: 'PUT',
    path: '/servers/{server_id}/tags',
    policyWithin: 'os-server-tags:update_all',
    request: schemas.replaceTags,
    handler: async ({ ctx, who, params: { server_id: server = '' }, body }) =>
      ok({ tags: await tags.replaceTags(ctx, who, server, body.tags) }),
  }),
  route({
    name: 'server.tags.clear',
    method: 'DELETE',
    path: '/servers/{server_id}/tags',
    policyWithin: 'os-server-tags:delete_all',
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      await tags.clearTags(ctx, who, server)
      return noContent()
    },
  }),
  route({
    name: 'server.tags.has',
    method: 'GET',
    path: '/servers/{server_id}/tags/{id}',
    policyWithin: 'os-server-tags:show',
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) => {
      await tags.checkTag(ctx, who, server, id)
      return noContent()
    },
  }),
  route({
    name: 'server.tags.add',
    method: 'PUT',
    path: '/servers/{server_id}/tags/{id}',
    policyWithin: 'os-server-tags:update',
    request: schemas.addTag,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' }, links }) => {
      checkTag(id)
      const isNew = await tags.addTag(ctx, who, server, id)
      const place = links.href(`/servers/${server}/tags/${encodeURIComponent(id)}`)
      return isNew ? created(undefined, { Location: place }) : noContent()
    },
  }),
  route({
    name: 'server.tags.remove',
    method: 'DELETE',
    path: '/servers/{server_id}/tags/{id}',
    policyWithin: 'os-server-tags:delete',
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) => {
      await tags.removeTag(ctx, who, server, id)
      return noContent()
    },
  }),
]

export const addressRoutes: readonly Route[] = [
  route({
    name: 'server.ips.list',
    method: 'GET',
    path: '/servers/{server_id}/ips',
    policyWithin: 'ips:index',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      const { addresses } = await showServer(ctx, who, server, 'ips:index')
      return ok({ addresses: plainAddresses(addresses) })
    },
  }),
  route({
    name: 'server.ips.show',
    method: 'GET',
    path: '/servers/{server_id}/ips/{id}',
    policyWithin: 'ips:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' } }) => {
      const { addresses } = await showServer(ctx, who, server, 'ips:show')
      const own = addresses.get(id)
      if (own === undefined)
        throw problem('not-found', 'Instance is not a member of specified network')
      return ok(plainAddresses(new Map([[id, own]])))
    },
  }),
  route({
    name: 'server.interfaces.list',
    method: 'GET',
    path: '/servers/{server_id}/os-interface',
    policyWithin: 'os-attach-interfaces:list',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' }, api }) => {
      const ports = await interfaces.listInterfaces(ctx, who, server)
      return ok({
        interfaceAttachments: ports.map((port) => api.show('interfaceAttachment', port)),
      })
    },
  }),
  route({
    name: 'server.interfaces.show',
    method: 'GET',
    path: '/servers/{server_id}/os-interface/{id}',
    policyWithin: 'os-attach-interfaces:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' }, api }) => {
      const port = await interfaces.showInterface(ctx, who, server, id)
      return ok({ interfaceAttachment: api.show('interfaceAttachment', port) })
    },
  }),
]

export const instanceActionRoutes: readonly Route[] = [
  route({
    name: 'server.actions.list',
    method: 'GET',
    path: '/servers/{server_id}/os-instance-actions',
    policyWithin: 'os-instance-actions:list',
    query: actionsQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' }, query, api, links }) => {
      const isPaged = api.has('actionsComeInPages')
      const page = await actions.listActions(ctx, who, server, {
        ...(isPaged ? pageWish(query) : { limit: pageMax, marker: null }),
        ofDeleted: api.has('deletedServersShowActions'),
        ...timesOf(query),
      })
      const shown = page.items.map((each) => api.show('instanceActionBrief', each))
      const next = nextLinks('links', page, ({ action }) => action.requestId, links)
      return ok({ instanceActions: shown, ...(isPaged ? next : {}) })
    },
  }),
  route({
    name: 'server.actions.show',
    method: 'GET',
    path: '/servers/{server_id}/os-instance-actions/{id}',
    policyWithin: 'os-instance-actions:show',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '', id = '' }, api }) => {
      const past = { ofDeleted: api.has('deletedServersShowActions') }
      const found = await actions.showAction(ctx, who, server, id, past)
      return ok({ instanceAction: api.show('instanceAction', found) })
    },
  }),
]

/** A tag in a path obeys the rules that one in a body obeys. */
function checkTag(tag: string): void {
  if (tag.length <= 60 && !/[,/]/.test(tag)) return
  const message = `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ','. Maximum length of tag is 60.`
  throw problem('invalid', message)
}
