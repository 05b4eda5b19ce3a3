/** The volumes of a server: attaching, exchanging, detaching. */
import * as facts from '../../../app/server-volumes.ts'
import * as volumes from '../../../app/servers/volumes.ts'
import { offsetWish } from '../pages.ts'
import { accepted, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Call, Route } from '../route.ts'
import { counting, query } from '../schemas/queries.ts'
import * as schemas from '../schemas/server-actions.ts'
import { sent } from '../../http/fields.ts'
import type { VolumeAttached } from '../views/attachments.ts'

const all = '/servers/{server_id}/os-volume_attachments'
const one = `${all}/{id}`

export const volumeRoutes: readonly Route[] = [
  route({
    name: 'server.volumes.list',
    method: 'GET',
    path: all,
    policyWithin: 'os-volumes-attachments:index',
    query: query(counting),
    handler: async (call) => {
      const found = await facts.listServerVolumes(call.ctx, call.who, serverOf(call))
      const { limit, offset } = offsetWish(call.query)
      const page = found.slice(offset, offset + limit)
      const shown = page.map((each) => call.api.show('volumeAttachment', attachmentOf(each)))
      return ok({ volumeAttachments: shown })
    },
  }),
  route({
    name: 'server.volumes.show',
    method: 'GET',
    path: one,
    policyWithin: 'os-volumes-attachments:show',
    handler: async (call) => {
      const { ctx, who, api, params } = call
      const found = await facts.showServerVolume(ctx, who, serverOf(call), params['id'] ?? '')
      return ok({ volumeAttachment: api.show('volumeAttachment', attachmentOf(found)) })
    },
  }),
  route({
    name: 'server.volumes.attach',
    method: 'POST',
    path: all,
    policyWithin: 'os-volumes-attachments:create',
    request: schemas.attachVolume,
    handler: async (call) => {
      const { ctx, who, request, api, body } = call
      const { volumeId, device, tag, delete_on_termination: goes } = body.volumeAttachment
      const knows = {
        shelved: api.has('shelvedServersTakeVolumes'),
        shared: api.has('multiattachVolumes'),
      }
      const wish = { volumeId, device: device ?? null, tag: tag ?? null, knows }
      const made = await volumes.attachVolume(ctx, who, request, serverOf(call), {
        ...wish,
        deleteOnTermination: goes ?? false,
      })
      if (api.has('attachingIsAccepted')) return accepted()
      return accepted({ volumeAttachment: api.show('volumeAttachmentMade', attachmentOf(made)) })
    },
  }),
  route({
    name: 'server.volumes.update',
    method: 'PUT',
    path: one,
    policyWithin: 'os-volumes-attachments:update',
    request: schemas.updateAttachment,
    handler: async (call) => {
      const { ctx, who, request, api, body, params } = call
      const wish = body.volumeAttachment
      const volumeId = params['id'] ?? ''
      const { device, tag } = wish
      await volumes.changeAttachment(ctx, who, request, serverOf(call), {
        volumeId,
        newVolumeId: wish.volumeId,
        repeats: sent({ id: wish.id, serverId: wish.serverId, device, tag }),
        deleteOnTermination: wish.delete_on_termination ?? null,
        inPlace: api.has('attachmentsAreUpdatedInPlace'),
        knowsShared: api.has('multiattachVolumes'),
      })
      return accepted()
    },
  }),
  route({
    name: 'server.volumes.detach',
    method: 'DELETE',
    path: one,
    policyWithin: 'os-volumes-attachments:delete',
    handler: async (call) => {
      const { ctx, who, request, api, params } = call
      const knowsShelved = api.has('shelvedServersTakeVolumes')
      const wish = { volumeId: params['id'] ?? '', knowsShelved }
      await volumes.detachVolume(ctx, who, request, serverOf(call), wish)
      return accepted()
    },
  }),
]

function serverOf({ params }: Pick<Call<unknown>, 'params'>): string {
  return params['server_id'] ?? ''
}

function attachmentOf(disk: facts.AttachedVolume): VolumeAttached {
  return {
    attachmentId: disk.attachmentId,
    deviceId: disk.id,
    serverId: disk.serverId,
    volumeId: disk.volumeId,
    device: disk.device,
    tag: disk.tag,
    deleteOnTermination: disk.deleteOnTermination,
  }
}
