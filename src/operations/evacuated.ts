/**
 * What an evacuation still owes: while its source has not come back, a share of it is held there, so that nothing is placed
 * onto what may still be in use.
 */
import type { Server } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import type { Run } from '../saga/definition.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Tx } from '../store/store.ts'
import { beginCleaning } from './clean-host.ts'
import type { Starter } from './kit.ts'

/**
 * Lets a server go on moving that was evacuated from a host which has not come back. The cleaning of that host is owed from
 * here on by an operation of its own, and until it is done the server cannot go there.
 */
export async function settleEvacuation(
  tx: Tx,
  server: Server,
  owed: { readonly now: Instant; readonly start: Starter; readonly run: Run },
): Promise<void> {
  const { now, start, run } = owed
  const migration = await migrations.openOf(tx, server.id)
  if (migration?.kind !== 'evacuation' || migration.status !== 'done') return
  await holdings.release(tx, migration.id, now)
  await migrations.enter(tx, migration.id, 'completed', now)
  if (migration.source === null) return
  const cleaning = { serverId: server.id, host: migration.source, what: 'everything' } as const
  // In the epoch of whoever moves the server now: in a later one its own calls would be refused there once the host is clean.
  await beginCleaning(
    tx,
    start,
    { ...cleaning, epoch: run.epoch },
    run.id('clean an earlier source'),
  )
}
