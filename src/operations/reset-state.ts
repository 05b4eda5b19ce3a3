/**
 * Say where a server rests, because an operator knows better.
 *
 * A move that waits for its user is closed on the way: the server stays where its record says, what the other side held is
 * given back and cleaned. An operation that is under way is not talked over; it is asked to unwind, and this follows.
 */
import type { Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Tx } from '../store/store.ts'
import { chargeExactly, chargeIfAside } from './charging.ts'
import { beginCleaning } from './clean-host.ts'
import { addFault } from './faults.ts'
import type { Starter } from './kit.ts'

type Parts = { readonly now: Instant; readonly start: Starter; readonly cleaningId: string }

/** Resets a server that no operation owns. */
export async function resetNow(
  tx: Tx,
  server: Server,
  to: 'active' | 'error',
  parts: Parts,
): Promise<void> {
  await closeMove(tx, server, parts)
  // What is nowhere cannot be active, whoever says so.
  const vmState = server.host === null ? 'error' : to
  if (vmState === 'error') {
    await addFault(tx, server.id, problem('failed', 'An operator reset the state'), parts.now)
  }
  await chargeIfAside(tx, server)
  const rests = { vmState, taskState: null, move: null, wanted: null } as const
  await servers.change(tx, server, { ...rests, softDeletedAt: null }, parts.now)
}

async function closeMove(tx: Tx, server: Server, { now, start, cleaningId }: Parts): Promise<void> {
  const migration = await migrations.openOf(tx, server.id)
  // An evacuation that is done owes its source a cleaning and nothing else.
  if (migration === null || migration.kind === 'evacuation') return
  await holdings.release(tx, migration.id, now)
  await migrations.enter(tx, migration.id, 'error', now)
  await chargeExactly(tx, server, server.flavor)
  const { source } = migration
  if (source === null || server.vmState !== 'resized') return
  const cleaning = { serverId: server.id, host: source, what: 'remains' } as const
  await beginCleaning(tx, start, cleaning, cleaningId)
}
