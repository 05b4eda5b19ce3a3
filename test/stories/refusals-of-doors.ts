/** Errors that are documented of the doors to other services, in the words that they were open to. */
import { long, nobody } from './refusal.ts'
import type { Refusal, Scenery } from './refusal.ts'

export function refusalsOfDoors(of: Scenery): readonly Refusal[] {
  const { server, image, publicImage } = of
  const group = theOnly(of, '/os-security-groups/{id}')
  const act = `POST /servers/${server}/action`
  const metadata = { metadata: { a: 'b' } }
  const meta = { meta: { a: 'b' } }
  const rule = { parent_group_id: group.split('/').at(-1), ip_protocol: 'tcp' }
  const bareMetal = '/os-baremetal-nodes'
  const refused: readonly Refusal[] = [
    [400, 'member', 'GET /images?limit=-1'],
    [400, 'member', 'GET /images/detail?limit=-1'],
    [403, 'other', `DELETE /images/${publicImage}`],
    [404, 'member', `DELETE /images/${nobody}`],
    [404, 'member', `GET /images/${nobody}/metadata`],
    [400, 'member', `POST /images/${image}/metadata`, { metadata: 'what' }],
    [403, 'other', `POST /images/${publicImage}/metadata`, metadata],
    [404, 'member', `POST /images/${nobody}/metadata`, metadata],
    [400, 'member', `PUT /images/${image}/metadata`, { metadata: 'what' }],
    [403, 'other', `PUT /images/${publicImage}/metadata`, metadata],
    [404, 'member', `PUT /images/${nobody}/metadata`, metadata],
    [400, 'member', `PUT /images/${image}/metadata/b`, meta],
    [403, 'other', `PUT /images/${publicImage}/metadata/a`, meta],
    [404, 'member', `PUT /images/${nobody}/metadata/a`, meta],
    [403, 'other', `DELETE /images/${publicImage}/metadata/p`],
    [404, 'member', `DELETE /images/${image}/metadata/nothing`],

    [400, 'admin', `POST ${bareMetal}`, { node: {} }],
    [400, 'admin', `DELETE ${bareMetal}/1`],
    [400, 'admin', `POST ${bareMetal}/1/action`, { add_interface: { address: 'a' } }],
    [400, 'admin', `POST ${bareMetal}/1/action`, { remove_interface: { address: 'a' } }],

    [404, 'admin', 'GET /os-hosts/what'],
    [400, 'admin', 'PUT /os-hosts/host1', { status: 'what' }],
    [404, 'admin', 'PUT /os-hosts/what', { status: 'enable' }],
    [404, 'admin', 'GET /os-hosts/what/reboot'],
    [404, 'admin', 'GET /os-hosts/what/shutdown'],
    [404, 'admin', 'GET /os-hosts/what/startup'],

    [404, 'reader', `GET /os-networks/${nobody}`],
    [404, 'reader', `GET /os-tenant-networks/${nobody}`],

    [400, 'member', 'POST /os-security-groups', { security_group: { name: long } }],
    [400, 'member', 'GET /os-security-groups/what'],
    [400, 'member', `PUT ${group}`, { security_group: { name: long, description: 'a' } }],
    [400, 'member', 'DELETE /os-security-groups/what'],
    [400, 'member', 'POST /os-security-group-rules', { security_group_rule: rule }],
    [400, 'member', 'DELETE /os-security-group-rules/what'],

    [404, 'member', 'POST /os-volumes', { volume: { size: 1, snapshot_id: nobody } }],
    [400, 'member', 'POST /os-snapshots', { snapshot: { volume_id: nobody, force: 'what' } }],

    [400, 'member', 'POST /os-floating-ips', { pool: 1 }],
    [400, 'member', act, { addFloatingIp: { address: 'what' } }],
    [400, 'member', act, { removeFloatingIp: { address: 'what' } }],
    [400, 'member', act, { addFixedIp: { networkId: '' } }],
    [400, 'member', act, { removeFixedIp: { address: 'what' } }],
  ]
  return refused.map(([status, as, request, body]) => [status, as, request, body, 1])
}

function theOnly(of: Scenery, template: string): string {
  return of.pathsOf(template)[0]?.(1) ?? ''
}
