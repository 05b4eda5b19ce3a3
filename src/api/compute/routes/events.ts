/** What other services tell of servers. */
import { externalEvents } from '../../../app/external-events.ts'
import type { ExternalEventWish, Judgement } from '../../../app/external-events.ts'
import { ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Route } from '../route.ts'
import { createEvents } from '../schemas/events.ts'

export const eventRoutes: readonly Route[] = [
  route({
    name: 'events.create',
    method: 'POST',
    path: '/os-server-external-events',
    policy: 'os-server-external-events:create',
    request: createEvents,
    handler: async ({ ctx, who, request, body }) => {
      const good = body.events.filter((each) => !lacksTag(each))
      const wishes = good.map(({ name, server_uuid: serverId, tag = null, status }) => {
        const wish: ExternalEventWish = { name, serverId, tag, status: status ?? 'completed' }
        return wish
      })
      const judgements = await externalEvents(ctx, who, request, wishes)
      const codes = new Map(good.map((each, index) => [each, codeOf(judgements[index])]))
      const events = body.events.map((each) => ({
        ...each,
        status: codes.get(each) === accepted ? (each.status ?? 'completed') : 'failed',
        code: codes.get(each) ?? 400,
      }))
      const isAllGood = events.every(({ code }) => code === accepted)
      return isAllGood ? ok({ events }) : { status: 207, body: { events } }
    },
  }),
]

/** Events that are about something of the server's, which the tag names. */
const tagged = new Set(['volume-extended', 'power-update', 'accelerator-request-bound'])

function lacksTag({
  name,
  tag,
}: {
  readonly name: string
  readonly tag?: string | undefined
}): boolean {
  return tagged.has(name) && tag === undefined
}

const accepted = 200
const codes: Readonly<Record<Judgement, number>> = { accepted, unknown: 404, nowhere: 422 }

function codeOf(judgement: Judgement | undefined): number {
  return judgement === undefined ? 400 : codes[judgement]
}
