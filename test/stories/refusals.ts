/** Documented errors of routes, each as a request to the furnished cloud: who asks for what, at which version, and the status. */
import type { Caller } from '../support/callers.ts'
import type { Furnished } from '../support/furnished-cloud.ts'

export type Refusal = readonly [
  status: number,
  as: Caller,
  request: string,
  /** Undefined for none. */
  body?: unknown,
  /** The newest version, unless it is said. */
  at?: number,
]

const nobody = '99999999-9999-4999-8999-999999999999'
const long = 'x'.repeat(256)

/** `locked` is a server that is locked, and `broken` one in error; both are the member's. */
export function refusals(of: Furnished & { readonly locked: string }): readonly Refusal[] {
  const { server, broken, locked, resized, aggregate, publicFlavor } = of
  const act = (id: string): string => `POST /servers/${id}/action`
  const volumes = (id: string): string => `/servers/${id}/os-volume_attachments`
  return [
    [400, 'member', act(server), { resize: { flavorRef: 'nothing' } }],
    [400, 'member', act(server), { resize: { flavorRef: publicFlavor } }],
    [400, 'member', act(server), { rebuild: { imageRef: nobody } }],
    [400, 'member', act(server), { createImage: { name: '' } }],
    [400, 'member', act(server), { createBackup: { name: 'b', backup_type: 'd', rotation: -1 } }],
    [400, 'member', act(server), { rescue: { rescue_image_ref: nobody } }],
    [400, 'member', act(server), { addSecurityGroup: { name: '' } }],
    [404, 'member', act(server), { addSecurityGroup: { name: 'nothing' } }],
    [400, 'member', act(server), { removeSecurityGroup: {} }],

    [409, 'member', `POST /servers/${locked}/metadata`, { metadata: { a: 'b' } }],
    [409, 'member', `PUT /servers/${locked}/metadata/a`, { meta: { a: 'b' } }],
    [409, 'member', `DELETE /servers/${locked}/metadata/a`],
    [409, 'member', `PUT /servers/${broken}/tags`, { tags: ['a'] }],
    [409, 'member', `PUT /servers/${broken}/tags/a`],
    [409, 'member', `DELETE /servers/${broken}/tags`],
    [409, 'member', `DELETE /servers/${broken}/tags/a`],

    [400, 'member', `GET /servers/${server}/os-instance-actions?limit=-1`],
    [400, 'manager', 'GET /os-migrations?limit=-1'],
    [409, 'manager', `DELETE /servers/${resized}/migrations/${nobody}`],

    [400, 'member', `POST ${volumes(server)}`, { volumeAttachment: { volumeId: 'what' } }],
    [404, 'member', `POST ${volumes(server)}`, { volumeAttachment: { volumeId: nobody } }],
    [409, 'member', `POST ${volumes(locked)}`, { volumeAttachment: { volumeId: nobody } }],
    [400, 'member', `PUT ${volumes(server)}/${nobody}`, { volumeAttachment: {} }],
    [404, 'member', `DELETE ${volumes(locked)}/${nobody}`],
    [409, 'member', `POST /servers/${locked}/os-interface`, { interfaceAttachment: {} }],

    [404, 'member', `POST /servers/${nobody}/shares`, { share: { share_id: nobody } }],

    [400, 'reader', 'GET /flavors/detail?limit=-1'],
    [400, 'reader', 'GET /flavors/detail?minRam=perhaps'],
    [400, 'admin', `PUT /flavors/${publicFlavor}`, { flavor: { description: 1 } }],
    [404, 'admin', `PUT /flavors/${nobody}`, { flavor: { description: 'what' } }],
    [400, 'admin', `POST /flavors/${publicFlavor}/action`, { addTenantAccess: { tenant: '' } }],
    [400, 'admin', `POST /flavors/${publicFlavor}/action`, { removeTenantAccess: { tenant: 1 } }],
    [404, 'reader', `GET /flavors/${nobody}/os-extra_specs`],
    [404, 'admin', `POST /flavors/${nobody}/os-extra_specs`, { extra_specs: { a: 'b' } }],
    [404, 'admin', `PUT /flavors/${nobody}/os-extra_specs/a`, { a: 'b' }],

    [400, 'admin', 'POST /os-aggregates', { aggregate: { name: long } }],
    [404, 'admin', 'GET /os-aggregates/99999'],
    [400, 'admin', `PUT /os-aggregates/${aggregate}`, { aggregate: {} }],
    [404, 'admin', 'PUT /os-aggregates/99999', { aggregate: { name: 'what' } }],
    [404, 'admin', 'DELETE /os-aggregates/99999'],
    [404, 'admin', `POST /os-aggregates/${aggregate}/action`, { remove_host: { host: 'what' } }],
    [404, 'admin', 'POST /os-aggregates/99999/action', { set_metadata: { metadata: { a: 'b' } } }],

    [404, 'admin', 'GET /os-hypervisors?hypervisor_hostname_pattern=what'],
    [404, 'admin', 'GET /os-hypervisors/detail?hypervisor_hostname_pattern=what'],
    [404, 'admin', 'GET /os-hypervisors/what/search', undefined, 52],
    [404, 'admin', 'GET /os-hypervisors/what/servers', undefined, 52],
    [404, 'admin', 'GET /os-hypervisors/99999/uptime', undefined, 52],
    [400, 'admin', 'GET /os-hypervisors/1/uptime', undefined, 53],
    [404, 'admin', `PUT /os-services/${nobody}`, { status: 'enabled' }],
    [400, 'member', `GET /os-quota-sets/${nobody}/defaults`],
  ]
}
