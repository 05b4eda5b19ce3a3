/**
 * Waiting for the network to plug a guest's ports.
 *
 * Where hosts plug ports themselves, a guest that runs has its ports, and nobody waits. Where a network service does it, the
 * guest is there before its ports are: the operation goes on when that service has said of every port that it is plugged. When
 * it does not say so in time, or says that it failed, that is the `VirtualInterfaceCreateException` of the field.
 */
import { driverProblem } from '../drivers/exceptions.ts'
import { notYet } from '../saga/not-yet.ts'
import * as events from '../store/compute/external-events.ts'
import type { Recorded, ServerParams } from './kit.ts'
import { guestPortsOf } from './ports.ts'

export type Plugging = {
  /** `host`: a port is plugged when the host says that the guest is there. `network`: when the network service says so. */
  readonly saidBy: 'host' | 'network'
  readonly timeoutMs: number
  /** Whether a server without its ports is a failure; otherwise it goes on without them. */
  readonly isFatal: boolean
}

export const plugged = 'network-vif-plugged'

/** The mark of the instant at which the host had done its part. Ports have ids, so no event of theirs has this tag. */
const waiting = ''

/** Forgets what was said about the ports where they were before. Comes before the host is called. */
export async function expectPlugs({ tx, p, tools }: Recorded<ServerParams>): Promise<void> {
  if (tools.plugging.saidBy === 'network') await events.forget(tx, p.serverId, plugged)
}

/** Begins to count the time. Comes with the host's answer. */
export async function beginWaiting({ tx, p, now, tools }: Recorded<ServerParams>): Promise<void> {
  if (tools.plugging.saidBy === 'host') return
  const mark = { serverId: p.serverId, name: plugged, tag: waiting, status: 'waiting', at: now }
  await events.note(tx, mark)
}

/** Lets pass when every port is plugged. @throws `NotYet`, or what a host would have raised that waited itself. */
export async function awaitPlugs({ tx, p, now, tools }: Recorded<ServerParams>): Promise<void> {
  const { saidBy, timeoutMs, isFatal } = tools.plugging
  if (saidBy === 'host') return
  const said = await events.ofServer(tx, p.serverId, plugged)
  const statuses = new Map(said.map(({ tag, status }) => [tag, status]))
  const ports = await guestPortsOf(tx, p.serverId)
  const missing = ports.filter(({ id }) => statuses.get(id) !== 'completed').map(({ id }) => id)
  if (missing.length === 0) return
  const failed = missing.find((id) => statuses.get(id) === 'failed')
  const since = said.find(({ tag }) => tag === waiting)?.at ?? now
  if (failed === undefined && now < since + timeoutMs) throw notYet(since + timeoutMs)
  if (!isFatal) return
  const reason = failed === undefined ? 'the network did not say so in time' : 'the network failed'
  const details = { server: p.serverId, ports: missing, reason }
  throw driverProblem('VirtualInterfaceCreateException', details)
}
