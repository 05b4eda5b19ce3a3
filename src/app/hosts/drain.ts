/** Taking a host out of use, emptying it, and taking it into use again. */
import type { Drain } from '../../domain/drain.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as drains from '../../store/compute/drains.ts'
import * as hosts from '../../store/compute/hosts.ts'
import * as servers from '../../store/compute/servers.ts'
import { authorize } from '../authorize.ts'
import type { Context } from '../context.ts'

export type DrainShown = Drain & {
  /** How many servers are still there. */
  readonly left: number
}

/** Disables the host and begins to move everything away. Again: what came to nothing is tried anew. */
export async function drainHost(
  ctx: Context,
  who: Identity,
  name: string,
  reason: string | null,
): Promise<void> {
  authorize(who, 'os-services:update')
  const now = ctx.clock.now()
  await ctx.store.transaction(async (tx) => {
    // A name that no host has finds nothing.
    const host = await hosts.get(tx, name as HostName)
    await hosts.change(tx, host.name, { disabled: true, disabledReason: reason }, now)
    await drains.begin(tx, host.name, (await servers.onHost(tx, host.name)).length, now)
  })
}

/** @throws `not-found` when the host is not being drained. */
export async function showDrain(ctx: Context, who: Identity, name: string): Promise<DrainShown> {
  authorize(who, 'os-services:list')
  return await ctx.store.read(async (reader) => {
    // A name that no host has finds nothing.
    const drain = await drains.find(reader, name as HostName)
    if (drain === null) throw problem('not-found', `Host ${name} is not being drained.`)
    return { ...drain, left: (await servers.onHost(reader, drain.host)).length }
  })
}

/** Takes the host into use again. What is on its way goes on. */
export async function enableHost(ctx: Context, who: Identity, name: string): Promise<void> {
  authorize(who, 'os-services:update')
  const now = ctx.clock.now()
  await ctx.store.transaction(async (tx) => {
    // A name that no host has finds nothing.
    const host = await hosts.get(tx, name as HostName)
    await hosts.change(tx, host.name, { disabled: false, disabledReason: null }, now)
    const drain = await drains.find(tx, host.name)
    if (drain?.state === 'draining' || drain?.state === 'blocked') {
      await drains.note(tx, host.name, { state: 'cancelled', stuck: [] }, now)
    }
  })
}
