/** Errors that are documented of servers, their actions and their parts. */
import { nobody } from './refusal.ts'
import type { Refusal, Scenery } from './refusal.ts'

export function refusalsOfServers(of: Scenery): readonly Refusal[] {
  const { server, broken, locked, resized, publicFlavor } = of
  const act = (id: string): string => `POST /servers/${id}/action`
  const volumes = (id: string): string => `/servers/${id}/os-volume_attachments`
  const backup = { name: 'b', backup_type: 'daily', rotation: 1 }
  const live = { host: null, block_migration: 'auto' }
  const both = { net_id: nobody, port_id: nobody }
  return [
    [400, 'member', 'GET /servers?limit=-1'],
    [400, 'member', 'GET /servers?status=what'],
    [400, 'member', 'GET /servers/detail?limit=-1'],
    [409, 'member', `DELETE /servers/${locked}`],
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

    [409, 'member', act(server), { confirmResize: null }],
    [409, 'member', act(locked), { forceDelete: null }],
    [409, 'member', act(locked), { reboot: { type: 'HARD' } }],
    [409, 'member', act(locked), { resize: { flavorRef: publicFlavor } }],
    [409, 'member', act(locked), { rebuild: { imageRef: of.image } }],
    [409, 'member', act(locked), { rescue: null }],
    [409, 'member', act(broken), { createImage: { name: 'i' } }],
    [409, 'member', act(broken), { createBackup: backup }],
    [409, 'member', act(server), { unshelve: null }],
    [400, 'admin', act(server), { migrate: { host: 'what' } }],
    [409, 'admin', act(resized), { migrate: null }],
    [400, 'admin', act(server), { 'os-migrateLive': { ...live, host: 'what' } }],
    [409, 'admin', act(broken), { 'os-migrateLive': live }],
    [409, 'admin', act(resized), { evacuate: {} }],
    [400, 'member', act(server), { trigger_crash_dump: 'now' }],
    [409, 'member', act(locked), { trigger_crash_dump: null }],
    [409, 'manager', `POST /servers/${server}/migrations/1/action`, { force_complete: null }],
    [409, 'member', `PUT /servers/${locked}/metadata`, { metadata: { a: 'b' } }],
    [400, 'member', `PUT /servers/${server}/metadata/a`, { meta: { b: 'b' } }],
    [400, 'member', `PUT /servers/${server}/tags/${'x'.repeat(61)}`],
    [400, 'admin', `GET /servers/${server}/diagnostics?what=else`],
    [400, 'member', act(server), { 'os-getVNCConsole': { type: 'xvpvnc' } }, 1],
    [400, 'member', act(server), { 'os-getSPICEConsole': { type: 'what' } }, 1],
    [400, 'member', act(server), { 'os-getSerialConsole': { type: 'what' } }, 1],
    [
      400,
      'member',
      `POST /servers/${server}/remote-consoles`,
      { remote_console: { protocol: 'rdp', type: 'rdp-html5' } },
    ],
    [400, 'member', `POST /servers/${server}/os-interface`, { interfaceAttachment: both }],
    [409, 'member', `DELETE /servers/${locked}/os-interface/${nobody}`],
    [400, 'member', `GET /servers/${server}/shares?what=else`],
    [404, 'member', `GET /servers/${nobody}/shares`],
    [400, 'member', `POST /servers/${server}/shares`, { share: { share_id: 'what' } }],
    [409, 'member', `DELETE /servers/${server}/shares/${nobody}`],
  ]
}
