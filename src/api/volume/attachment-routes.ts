/** `/attachments`: for whom volumes are kept, and where they are attached. */
import {
  completeAttachment,
  createAttachment,
  deleteAttachment,
  getAttachment,
  listAttachments,
  updateAttachment,
} from '../../app/volume/attachments.ts'
import { problem } from '../../lib/problem.ts'
import { neededText, object } from '../http/fields.ts'
import { actionIn, noSuchAction, oneOf } from './action-routes.ts'
import { textOf } from './body.ts'
import { wholeOrOwn } from './call.ts'
import type { Answer, Call, VolumeRoute } from './call.ts'
import { pageOf } from './listing.ts'
import { attachmentBrief, attachmentView } from './views.ts'

const since = 'attachments'

export const attachmentRoutes: readonly VolumeRoute[] = [
  {
    method: 'GET',
    path: '/attachments',
    since,
    handler: async (call) => await listed(call, false),
  },
  {
    method: 'GET',
    path: '/attachments/detail',
    since,
    handler: async (call) => await listed(call, true),
  },
  { method: 'POST', path: '/attachments', since, handler: create },
  {
    method: 'GET',
    path: '/attachments/{id}',
    since,
    handler: async ({ ctx, who, param }) => {
      const found = await getAttachment(ctx, who, param('id'))
      return { status: 200, body: { attachment: attachmentView(found) } }
    },
  },
  { method: 'PUT', path: '/attachments/{id}', since, handler: update },
  {
    method: 'DELETE',
    path: '/attachments/{id}',
    since,
    handler: async (call) => {
      const { ctx, who, param } = call
      const { volumeId } = await getAttachment(ctx, who, param('id'))
      await deleteAttachment(ctx, who, param('id'))
      // What is left of the volume's, for those who share it.
      const whole = await listAttachments(ctx, who, { allProjects: false, projectId: null })
      const left = whole.filter((each) => each.volumeId === volumeId)
      return { status: 200, body: { attachments: left.map(attachmentBrief) } }
    },
  },
  { method: 'POST', path: '/attachments/{id}/action', since, handler: act },
]

async function listed(call: Call, whole: boolean): Promise<Answer> {
  const found = await listAttachments(call.ctx, call.who, wholeOrOwn(call))
  const views = found.map(whole ? attachmentView : attachmentBrief)
  const path = whole ? '/attachments/detail' : '/attachments'
  return { status: 200, body: pageOf('attachments', path, views, call) }
}

async function create(call: Call): Promise<Answer> {
  const body = call.within('attachment')
  const made = await createAttachment(call.ctx, call.who, {
    volumeId: neededText(body, 'volume_uuid'),
    serverId: textOf(body, 'instance_uuid'),
    connector: (body['connector'] ?? null) === null ? null : (object(body, 'connector') ?? null),
    mode: call.api.has('attachmentModes') ? oneOf(body, 'mode', ['rw', 'ro']) : null,
  })
  return { status: 200, body: { attachment: attachmentView(made) } }
}

async function update(call: Call): Promise<Answer> {
  const connector = object(call.within('attachment'), 'connector')
  if (connector === undefined) {
    throw problem('invalid', 'Invalid input received: an attachment is updated with a connector.')
  }
  const changed = await updateAttachment(call.ctx, call.who, call.param('id'), connector)
  return { status: 200, body: { attachment: attachmentView(changed) } }
}

async function act({ ctx, who, api, param, body }: Call): Promise<Answer> {
  const { name } = actionIn(body())
  if (name !== 'os-complete' || !api.has('completing')) throw noSuchAction(name)
  await completeAttachment(ctx, who, param('id'))
  return { status: 204 }
}
