/** `/v2/images/{id}/members`: with whom an image is shared. */
import type { ImageContext } from '../../app/image/context.ts'
import * as members from '../../app/image/members.ts'
import { memberStatuses } from '../../domain/image.ts'
import type { ProjectId } from '../../domain/ids.ts'
import { bad, neededText } from '../http/fields.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import { memberView } from './views.ts'

const path = '/v2/images/{id}/members'

export function memberRoutes(ctx: ImageContext): readonly Route<Handler>[] {
  return [
    [
      'GET',
      path,
      async ({ params, who }) => {
        const found = await members.listMembers(ctx, who, params['id'] ?? '')
        return {
          status: 200,
          body: { members: found.map(memberView), schema: '/v2/schemas/members' },
        }
      },
    ],
    [
      'POST',
      path,
      async ({ params, who, body }) => {
        // Whether there is such a project is Identity's to know; one that is none sees nothing.
        const projectId = neededText(body(), 'member') as ProjectId
        const member = await members.addMember(ctx, who, params['id'] ?? '', projectId)
        return { status: 200, body: memberView(member) }
      },
    ],
    [
      'GET',
      `${path}/{member}`,
      async ({ params, who }) => {
        const found = await members.getMember(ctx, who, params['id'] ?? '', params['member'] ?? '')
        return { status: 200, body: memberView(found) }
      },
    ],
    [
      'PUT',
      `${path}/{member}`,
      async ({ params, who, body }) => {
        const asked = neededText(body(), 'status')
        const status = memberStatuses.find((each) => each === asked)
        if (status === undefined)
          throw bad('status', `it must be one of ${memberStatuses.join(', ')}`)
        const { id: imageId = '', member: projectId = '' } = params
        const member = await members.answerMember(ctx, who, { imageId, projectId, status })
        return { status: 200, body: memberView(member) }
      },
    ],
    [
      'DELETE',
      `${path}/{member}`,
      async ({ params, who }) => {
        await members.removeMember(ctx, who, params['id'] ?? '', params['member'] ?? '')
        return { status: 204 }
      },
    ],
  ]
}
