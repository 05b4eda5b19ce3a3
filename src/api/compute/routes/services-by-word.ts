/** Services as they were managed before they had UUIDs: the path says what to do, the body with which. */
import * as services from '../../../app/services.ts'
import { problem } from '../../../lib/problem.ts'
import { notFoundMessage } from '../faults.ts'
import { ok } from '../replies.ts'
import type { Reply } from '../replies.ts'
import type { Call } from '../route.ts'

/** What the older schema takes. */
type ByName = {
  readonly host: string
  readonly binary: string
  readonly disabled_reason?: string
  readonly forced_down?: boolean
}

export async function changeByWord(call: Call<unknown>, word: string): Promise<Reply> {
  const { ctx, who, api } = call
  // The body has passed the schema of its version.
  const body = call.body as ByName
  const { host, binary } = body
  const ref = { host, binary }
  switch (word) {
    case 'enable':
      await services.updateService(ctx, who, ref, { disabled: false, disabledReason: null })
      return ok({ service: { ...ref, status: 'enabled' } })
    case 'disable':
      await services.updateService(ctx, who, ref, { disabled: true })
      return ok({ service: { ...ref, status: 'disabled' } })
    case 'disable-log-reason': {
      const { disabled_reason: reason } = body
      if (reason === undefined) throw problem('invalid', 'Missing disabled reason field')
      await services.updateService(ctx, who, ref, { disabled: true, disabledReason: reason })
      return ok({ service: { ...ref, status: 'disabled', disabled_reason: reason } })
    }
    case 'force-down':
      if (api.has('servicesCanBeForcedDown')) {
        const { forced_down: forcedDown } = body
        if (forcedDown === undefined) throw problem('invalid', 'Missing forced_down field')
        await services.updateService(ctx, who, ref, { forcedDown })
        return ok({ service: { ...ref, forced_down: forcedDown } })
      }
  }
  throw problem('not-found', notFoundMessage)
}
