/**
 * The event stream as server-sent events.
 *
 * The id of an event is its position in the change feed. A client that reconnects sends it back in `Last-Event-ID`, as browsers
 * do by themselves, and goes on where it was. Silence is broken by comments, which also carry the position.
 */
import { follow } from '../../app/events.ts'
import type { Followed } from '../../app/events.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import { queryOf } from './query.ts'
import type { AdminApi } from './service.ts'
import { instantView } from './views.ts'

/** Proxies give up on connections that are silent for a minute or so. */
const quietMs = 15_000

export function eventRoutes({ ctx, closing }: AdminApi): readonly Route<Handler>[] {
  return [
    [
      'GET',
      '/events',
      async ({ who, request }) => {
        const asked = queryOf(request, ['after']).one('after')
        const after = request.headers['last-event-id'] ?? asked
        const signal = AbortSignal.any([request.signal, closing])
        const events = await follow(ctx, who, { after, quietMs, signal })
        return {
          status: 200,
          headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' },
          body: lines(events),
        }
      },
    ],
  ]
}

async function* lines(events: AsyncIterable<Followed>): AsyncIterable<string> {
  for await (const event of events) yield textOf(event)
}

function textOf(event: Followed): string {
  if (event.kind === 'quiet') return `: quiet\nid: ${event.position}\n\n`
  const data = JSON.stringify(documentOf(event))
  return `id: ${event.position}\nevent: ${event.kind}\ndata: ${data}\n\n`
}

function documentOf(event: Exclude<Followed, { readonly kind: 'quiet' }>): object {
  const at = instantView(event.at)
  switch (event.kind) {
    case 'gap':
      return { at, after: event.after, until: event.position }
    case 'server':
      return {
        at,
        server: event.server,
        project_id: event.projectId,
        status: event.status,
        vm_state: event.vmState,
        task_state: event.taskState,
        host: event.host,
      }
    case 'migration':
      return {
        at,
        migration: event.migration,
        project_id: event.projectId,
        status: event.status,
      }
    case 'operation':
      return {
        at,
        operation: event.operation,
        name: event.name,
        server: event.server,
        what: event.what,
        state: event.state,
        backwards: event.backwards,
        step: event.step,
        attempts: event.attempts,
        problem: event.problem,
      }
  }
}
