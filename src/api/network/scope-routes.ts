/** `/v2.0/address-scopes`. */
import * as scopes from '../../app/network/address-scopes.ts'
import type { Context } from '../../app/context.ts'
import type { AddressScope } from '../../domain/network/address-scope.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, flag, neededText, sent, text } from '../http/fields.ts'
import { collectionRoutes } from './collection.ts'
import type { NetworkRoute } from './collection.ts'
import { refuseSeen } from './conditions.ts'
import { count, projectOf } from './read.ts'

export function scopeRoutes(ctx: Context): readonly NetworkRoute[] {
  const changeable = ['name', 'shared']
  return collectionRoutes({
    name: 'address_scope',
    plural: 'address_scopes',
    path: '/address-scopes',
    creatable: [...changeable, 'ip_version', 'project_id', 'tenant_id'],
    changeable,
    shown: [],
    view,
    list: async (who) => await scopes.listScopes(ctx, who),
    get: async (who, id) => await scopes.getScope(ctx, who, id),
    create: async (who, bodies) => await scopes.createScopes(ctx, who, bodies.map(newScope)),
    update: async (who, id, body, seen) => {
      refuseSeen(seen)
      return await scopes.updateScope(ctx, who, id, fieldsIn(body))
    },
    remove: async (who, id, seen) => {
      refuseSeen(seen)
      await scopes.deleteScope(ctx, who, id)
    },
  })
}

function fieldsIn(body: JsonObject): Partial<scopes.ScopeFields> {
  return sent({ name: text(body, 'name'), shared: flag(body, 'shared') })
}

function newScope(body: JsonObject): scopes.NewScope {
  const ipVersion = count(body, 'ip_version', { min: 4, max: 6 })
  if (ipVersion !== 4 && ipVersion !== 6) throw bad('ip_version', 'it must be 4 or 6')
  const name = neededText(body, 'name', { min: 0 })
  return { shared: false, ...fieldsIn(body), name, ipVersion, projectId: projectOf(body) }
}

function view({ id, projectId, name, ipVersion, shared }: AddressScope): object {
  const owner = { project_id: projectId, tenant_id: projectId }
  return { id, name, ...owner, ip_version: ipVersion, shared }
}
