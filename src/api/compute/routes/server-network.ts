/** Interfaces of a server that are attached and taken away, and the security groups of its ports. */
import { attachInterface, detachInterface } from '../../../app/servers/interfaces.ts'
import { showInterface } from '../../../app/server-interfaces.ts'
import * as addresses from '../../../app/server-addresses.ts'
import * as groups from '../../../app/server-security-groups.ts'
import type { NetworkId, PortId } from '../../../domain/ids.ts'
import { accepted, ok } from '../replies.ts'
import { action, route } from '../route.ts'
import type { Route } from '../route.ts'
import { noQuery } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-actions.ts'
import { securityGroup } from '../views/security-group.ts'

const path = '/servers/{id}/action'

export const serverNetworkRoutes: readonly Route[] = [
  route({
    name: 'server.interfaces.attach',
    method: 'POST',
    path: '/servers/{server_id}/os-interface',
    policyWithin: 'os-attach-interfaces:create',
    request: schemas.attachInterface,
    handler: async ({ ctx, who, request, params: { server_id: server = '' }, body, api }) => {
      const { interfaceAttachment: asked = {} } = body ?? {}
      const { net_id: network, port_id: port, fixed_ips: fixed, tag = null } = asked
      const wish = {
        // What is no network's or port's id is refused when it is looked up.
        networkId: (network ?? null) as NetworkId | null,
        portId: (port ?? null) as PortId | null,
        address: fixed?.[0]?.ip_address ?? null,
        tag,
      }
      const attached = await attachInterface(ctx, who, request, server, wish)
      const shown = await showInterface(ctx, who, server, attached)
      return ok({ interfaceAttachment: api.show('interfaceAttachment', shown) })
    },
  }),
  route({
    name: 'server.interfaces.detach',
    method: 'DELETE',
    path: '/servers/{server_id}/os-interface/{id}',
    policyWithin: 'os-attach-interfaces:delete',
    handler: async ({ ctx, who, request, params: { server_id: server = '', id = '' } }) => {
      await detachInterface(ctx, who, request, server, id)
      return accepted()
    },
  }),
  route({
    name: 'server.securityGroups.list',
    method: 'GET',
    path: '/servers/{server_id}/os-security-groups',
    policyWithin: 'os-security-groups:list',
    query: noQuery,
    handler: async ({ ctx, who, params: { server_id: server = '' } }) => {
      const found = await groups.listServerGroups(ctx, who, server)
      return ok({ security_groups: found.map(securityGroup) })
    },
  }),
  action('addSecurityGroup', {
    name: 'server.addSecurityGroup',
    path,
    policyWithin: 'os-security-groups:add',
    request: schemas.addSecurityGroup,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      await groups.addServerGroup(ctx, who, id, body.addSecurityGroup.name)
      return accepted()
    },
  }),
  action('removeSecurityGroup', {
    name: 'server.removeSecurityGroup',
    path,
    policyWithin: 'os-security-groups:remove',
    request: schemas.removeSecurityGroup,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      await groups.removeServerGroup(ctx, who, id, body.removeSecurityGroup.name)
      return accepted()
    },
  }),
  action('addFixedIp', {
    name: 'server.addFixedIp',
    path,
    policyWithin: 'os-multinic:add',
    request: schemas.addFixedIp,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      await addresses.addFixedIp(ctx, who, id, String(body.addFixedIp.networkId))
      return accepted()
    },
  }),
  action('removeFixedIp', {
    name: 'server.removeFixedIp',
    path,
    policyWithin: 'os-multinic:remove',
    request: schemas.removeFixedIp,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      await addresses.removeFixedIp(ctx, who, id, body.removeFixedIp.address)
      return accepted()
    },
  }),
  action('addFloatingIp', {
    name: 'server.addFloatingIp',
    path,
    policyWithin: 'os-floating-ips:add',
    request: schemas.addFloatingIp,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      const { address, fixed_address: fixedAddress = null } = body.addFloatingIp
      await addresses.addFloatingIp(ctx, who, id, { address, fixedAddress })
      return accepted()
    },
  }),
  action('removeFloatingIp', {
    name: 'server.removeFloatingIp',
    path,
    policyWithin: 'os-floating-ips:remove',
    request: schemas.removeFloatingIp,
    handler: async ({ ctx, who, params: { id = '' }, body }) => {
      await addresses.removeFloatingIp(ctx, who, id, body.removeFloatingIp.address)
      return accepted()
    },
  }),
]
