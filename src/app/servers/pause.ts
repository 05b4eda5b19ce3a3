/** Pausing servers in memory, suspending them to disk, and letting them go on. */
import type { Identity } from '../../domain/identity.ts'
import { pauseServer, unpauseServer } from '../../operations/pause.ts'
import { resumeServer, suspendServer } from '../../operations/suspend.ts'
import type { RequestContext } from '../context.ts'
import type { ServerContext } from './context.ts'
import { beginOnHost } from './power.ts'
import type { Plan } from './power.ts'

type Nothing = Readonly<Record<never, never>>

const plans = {
  pause: {
    rule: 'os-pause-server:pause',
    does: 'pause',
    task: 'pausing',
    saga: pauseServer,
    with: {},
    action: 'pause',
  },
  unpause: {
    rule: 'os-pause-server:unpause',
    does: 'unpause',
    task: 'unpausing',
    saga: unpauseServer,
    with: {},
    action: 'unpause',
  },
  suspend: {
    rule: 'os-suspend-server:suspend',
    does: 'suspend',
    task: 'suspending',
    saga: suspendServer,
    with: {},
    action: 'suspend',
  },
  resume: {
    rule: 'os-suspend-server:resume',
    does: 'resume',
    task: 'resuming',
    saga: resumeServer,
    with: {},
    action: 'resume',
  },
} as const satisfies Readonly<Record<string, Plan<Nothing>>>

type Verb = (
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
) => Promise<void>

const verb =
  (plan: Plan<Nothing>): Verb =>
  async (ctx, who, request, id) => {
    await beginOnHost(ctx, who, request, id, plan)
  }

export const pause = verb(plans.pause)
export const unpause = verb(plans.unpause)
export const suspend = verb(plans.suspend)
export const resume = verb(plans.resume)
