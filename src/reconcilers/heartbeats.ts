/**
 * Notes which hosts answer, so that every process, and whoever lists services, knows who is up.
 *
 * A write every few seconds for all hosts at once; nobody is told, because nothing about the hosts has changed.
 */
import type { Hosts } from '../agents/hosts.ts'
import type { Clock, Instant } from '../lib/clock.ts'
import * as hosts from '../store/compute/hosts.ts'
import type { Store } from '../store/store.ts'

export const heartbeatEveryMs = 10_000

export async function noteHeartbeats(ctx: {
  readonly store: Store
  readonly clock: Clock
  readonly hosts: Hosts
}): Promise<void> {
  const now: Instant = ctx.clock.now()
  await ctx.store.transaction(async (tx) => {
    const answering = (await hosts.allNames(tx)).filter((name) => ctx.hosts.isUp(name))
    await hosts.seen(tx, answering, now)
  })
}
