/**
 * Revert a resize: the server returns to the source in its old size.
 *
 * First the destination's guest goes, since there must never be two; then record, flavor, allocations and ports return in one
 * commit; then the source's copy becomes the guest again. When that last part fails the server is where it belongs, holding
 * what its flavor says, in error: a hard reboot recovers it.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import type { FlavorCopy } from '../domain/server.ts'
import { asProblem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import { chargeExactly } from './charging.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'
import { migrationHolder } from './migrating.ts'
import { holderOf } from './placing.ts'
import { bindPorts } from './ports.ts'

export type RevertParams = ServerParams & {
  readonly migrationId: MigrationId
  readonly source: HostName
  readonly destination: HostName
  readonly oldFlavor: FlavorCopy
  readonly resting: 'active' | 'stopped'
}

/** How long the destination is waited for: whether its guest is gone must be known. */
const asLongAsItTakes = Number.MAX_SAFE_INTEGER

export const revertResize = operation<RevertParams>('server.revert-resize')
  .step('reverting', 'Close the door to a confirm', {
    event: 'compute_revert_resize',
    shows: { task: 'resize_reverting', migration: 'reverting' },
    do: async () => {},
    undo: async ({ tx, p, now }) => {
      // Once the records have come home there is nothing left to decide: a delete finds the move still reverting.
      const undecided = (await holdings.heldBy(tx, p.migrationId)).length > 0
      if (undecided) await migrations.enter(tx, p.migrationId, 'finished', now)
    },
  })
  .hostStep('destinationFreed', 'Destroy the guest on the destination', {
    event: 'compute_revert_resize',
    on: ({ p }) => p.destination,
    patienceMs: asLongAsItTakes,
    do: destroyOrFindIntact,
    undo: nothing('when it fails the guest is still there: the step looks before it says so'),
  })
  .settle('broken', 'Bring the records home and leave the server in error there', {
    when: () => true,
    do: async (c, failure) => {
      await bringHome(c)
      const server = await servers.hold(c.tx, c.p.serverId)
      await addFault(c.tx, c.p.serverId, failure, c.now)
      await migrations.enter(c.tx, c.p.migrationId, 'error', c.now)
      const broken = { vmState: 'error', taskState: null, move: null } as const
      await servers.change(c.tx, server, broken, c.now)
    },
  })
  .step('broughtHome', 'Hand the server back to the source', {
    event: 'compute_finish_revert_resize',
    do: bringHome,
    undo: nothing('from here on a failure is settled, and a delete finds both hosts'),
  })
  .hostStep('guestRestored', 'Make the copy on the source the guest again', {
    event: 'compute_finish_revert_resize',
    on: ({ p }) => p.source,
    do: async (c) => {
      const powerOn = c.p.resting === 'active'
      await on(c, c.p.source).finishRevertMigration(c.out.broughtHome.guest, { powerOn })
    },
    undo: nothing('from here on a failure is settled, and a delete finds both hosts'),
  })
  .step('reverted', 'Make the server rest as it did before', {
    event: 'compute_finish_revert_resize',
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      await migrations.enter(tx, p.migrationId, 'reverted', now)
      const powerState = p.resting === 'active' ? 'running' : 'shutdown'
      const rests = { vmState: p.resting, taskState: null, powerState, move: null } as const
      await servers.change(tx, server, { ...rests, launchedAt: now }, now)
    },
    undo: nothing('it is the last step'),
  })
  .end({
    failed: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      await servers.change(tx, server, { taskState: null }, now)
    },
  })

/**
 * Destroys the guest on the destination. A failure is passed on only when the guest is found intact: then nothing has
 * happened, and the server can go on waiting for a decision.
 */
async function destroyOrFindIntact(c: Called<RevertParams>): Promise<void> {
  const host = on(c, c.p.destination)
  try {
    if (c.p.destination === c.p.source) await host.powerOff(c.p.serverId)
    else await host.destroy(c.p.serverId)
  } catch (thrown) {
    const failure = asProblem(thrown)
    if (failure.kind === 'unavailable' || failure.kind === 'stale') throw failure
    if ((await host.getInfo(c.p.serverId)) !== null) throw failure
  }
}

/** Record, flavor, allocations and ports return together. Doing it twice is doing it once. */
async function bringHome(c: Recorded<RevertParams>): Promise<{ readonly guest: GuestSpec }> {
  const { tx, p, now, tools } = c
  const server = await servers.hold(tx, p.serverId)
  if ((await holdings.heldBy(tx, p.migrationId)).length > 0) {
    await holdings.release(tx, p.serverId, now)
    await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
  }
  const zone = await tools.placing.zoneOf(tx, p.source)
  const patch = { host: p.source, zone, flavor: p.oldFlavor, powerState: 'shutdown' } as const
  const home = await servers.change(tx, server, patch, now)
  await bindPorts(tx, p.serverId, p.source)
  await chargeExactly(tx, home, p.oldFlavor)
  return { guest: await guestOf(tx, home) }
}
