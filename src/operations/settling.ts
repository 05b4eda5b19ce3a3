/** What operations that are hardly more than one call to a host have in common. */
import type { HostName } from '../domain/ids.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import type { ServerPatch } from '../store/compute/servers.ts'
import { awaitAlone } from './alone.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import type { Recorded, ServerParams } from './kit.ts'

/** A server whose guest is on a host that will be called. */
export type HostedParams = ServerParams & { readonly host: HostName }

export type Ready = { readonly ready: { readonly guest: GuestSpec } }

/** The guest as it should be, read before the host is called. */
export async function readGuest(c: Recorded<ServerParams>): Promise<Ready['ready']> {
  const server = await servers.get(c.tx, c.p.serverId)
  return { guest: await guestOf(c.tx, server) }
}

/** Likewise before it is made to run. */
export async function readLoneGuest(c: Recorded<ServerParams>): Promise<Ready['ready']> {
  await awaitAlone(c)
  return await readGuest(c)
}

/** Whether the host was never called, so that nothing of the guest can have changed. */
export function nothingCalled({ out }: Recorded<ServerParams, Partial<Ready>>): boolean {
  return out.ready === undefined
}

/** Lets the server rest, in another state where one is given. */
export async function settle(c: Recorded<ServerParams>, patch: ServerPatch = {}): Promise<void> {
  const server = await servers.hold(c.tx, c.p.serverId)
  await servers.change(c.tx, server, { taskState: null, ...patch }, c.now)
}

/** Likewise after a failure, which its owner can read. */
export async function settleFailed(
  c: Recorded<ServerParams>,
  failure: Problem,
  patch: ServerPatch = {},
): Promise<void> {
  await addFault(c.tx, c.p.serverId, failure, c.now)
  await settle(c, patch)
}

export const looks = nothing('it only looks')
export const asIs = nothing('the verb makes it so or leaves it as it was')
export const lastStep = nothing('it is the last step')
