/** Emptying a host: beginning, looking how far it has come, and taking the host into use again. */
import { drainHost, enableHost, showDrain } from '../../app/hosts/drain.ts'
import type { JsonObject } from '../../lib/json.ts'
import { problem } from '../../lib/problem.ts'
import type { Handler } from '../http/rest-service.ts'
import type { Route } from '../http/router.ts'
import type { AdminApi } from './service.ts'
import { drainView } from './views.ts'

const path = '/hosts/{host}/drain'

export function drainRoutes({ ctx }: AdminApi): readonly Route<Handler>[] {
  return [
    [
      'GET',
      path,
      async ({ who, params }) => {
        const drain = await showDrain(ctx, who, params['host'] ?? '')
        return { status: 200, body: drainView(drain) }
      },
    ],
    [
      'POST',
      path,
      async ({ who, params, body }) => {
        const host = params['host'] ?? ''
        await drainHost(ctx, who, host, reasonIn(body()))
        return { status: 202, body: drainView(await showDrain(ctx, who, host)) }
      },
    ],
    [
      'DELETE',
      path,
      async ({ who, params }) => {
        await enableHost(ctx, who, params['host'] ?? '')
        return { status: 204 }
      },
    ],
  ]
}

const reasonLengthMax = 255

/** `{"reason": "new memory"}`, which is shown as the reason why the host is disabled; or nothing. */
function reasonIn({ reason = null, ...rest }: JsonObject): string | null {
  const isText = typeof reason === 'string' && reason.length <= reasonLengthMax
  if ((reason === null || isText) && Object.keys(rest).length === 0) return reason
  throw problem('invalid', 'The body may say {"reason": a short text}, and nothing else')
}
