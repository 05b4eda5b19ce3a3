/**
 * Revert a resize: the server returns to the source in its old size.
 *
 * First the destination's guest goes, since there must never be two; then record, flavor, allocations and ports return in one
 * commit; then the source's copy becomes the guest again. When that last part fails the server is where it belongs, holding
 * what its flavor says, in error: a hard reboot recovers it.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import type { FlavorCopy, Server } from '../domain/server.ts'
import { problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import { chargeExactly } from './charging.ts'
import { haveCleaned } from './clean-host.ts'
import { asLongAsItTakes, destroyOrFindIntact } from './destroying.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { holdOldAlone } from './in-place.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'
import { migrationHolder } from './migrating.ts'
import { holderOf } from './placing.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'
import { takeAlong } from './belongings.ts'
import { settle } from './settling.ts'

export type RevertParams = ServerParams & {
  readonly migrationId: MigrationId
  readonly source: HostName
  readonly destination: HostName
  readonly oldFlavor: FlavorCopy
  readonly resting: 'active' | 'stopped'
}

export const revertResize = operation<RevertParams>('server.revert-resize')
  .step('reverting', 'Close the door to a confirm', {
    event: 'compute_revert_resize',
    shows: { task: 'resize_reverting', migration: 'reverting' },
    do: async () => {},
    undo: async (c) => {
      if (c.run.interrupt === null) await migrations.enter(c.tx, c.p.migrationId, 'finished', c.now)
      else await goHome(c)
    },
  })
  .hostStep('destinationFreed', 'Destroy the guest on the destination', {
    event: 'compute_revert_resize',
    on: ({ p }) => p.destination,
    patienceMs: asLongAsItTakes,
    do: freeDestination,
    undo: nothing('when it fails the guest is still there: the step looks before it says so'),
  })
  .settle('broken', 'Bring the records home and leave the server in error there', {
    when: () => true,
    do: async (c, failure) => {
      await breakAtHome(c, failure)
      await settle(c)
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
    then: beginWaiting,
    undo: nothing('from here on a failure is settled, and a delete finds both hosts'),
  })
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_finish_revert_resize',
    do: async (c) => {
      // What is off has no ports yet that could be plugged.
      if (c.p.resting === 'active') await awaitPlugs(c)
    },
    undo: nothing('it only waits'),
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

/** On the source itself the disk must stay: it is what the copy there was made of. */
async function freeDestination(c: Called<RevertParams>): Promise<void> {
  const { source, destination, serverId } = c.p
  if (destination === source) await on(c, source).powerOff(serverId)
  else await destroyOrFindIntact(c, destination)
}

/**
 * Whoever interrupts a revert does not wait for the destination, and whether its guest is gone is not known then. What is known
 * is that the source has its copy: there the server is, and the destination is cleaned, which fences it first.
 */
async function goHome(c: Recorded<RevertParams>): Promise<void> {
  const { source, destination } = c.p
  await breakAtHome(c, problem('conflict', 'The operation was interrupted'))
  if (destination !== source) await haveCleaned(c, destination, 'everything')
}

async function breakAtHome(c: Recorded<RevertParams>, failure: Problem): Promise<void> {
  await bringHome(c)
  const server = await servers.hold(c.tx, c.p.serverId)
  await addFault(c.tx, c.p.serverId, failure, c.now)
  await migrations.enter(c.tx, c.p.migrationId, 'error', c.now)
  await servers.change(c.tx, server, { vmState: 'error', move: null }, c.now)
  await dropCopyBesideGuest(c)
}

/** Of a move to the source itself the guest is left as well as its copy, and one of them is enough to recover it from. */
async function dropCopyBesideGuest(c: Recorded<RevertParams>): Promise<void> {
  const { source, destination } = c.p
  if (destination === source) await haveCleaned(c, source, 'remains')
}

/** Record, flavor, allocations and ports return together. Doing it twice is doing it once. */
async function bringHome(c: Recorded<RevertParams>): Promise<{ readonly guest: GuestSpec }> {
  const { tx, p, now, tools } = c
  const server = await servers.hold(tx, p.serverId)
  if (!isHome(server, p)) {
    const was = { host: p.source, flavor: p.oldFlavor, holders: [p.serverId, p.migrationId] }
    if (p.destination === p.source) await holdOldAlone(tx, holderOf(server), was, now)
    else {
      await holdings.release(tx, p.serverId, now)
      await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
    }
  }
  const zone = await tools.placing.zoneOf(tx, p.source)
  const patch = { host: p.source, zone, flavor: p.oldFlavor, powerState: 'shutdown' } as const
  const home = await servers.change(tx, server, patch, now)
  await takeAlong(tx, p.serverId, p.source, now)
  await expectPlugs(c)
  await chargeExactly(tx, home, p.oldFlavor)
  return { guest: await guestOf(tx, home) }
}

/** Whether the records have come home. A move to the source itself is one to another size. */
function isHome(server: Server, p: RevertParams): boolean {
  if (p.destination === p.source) return server.flavor.id === p.oldFlavor.id
  return server.host === p.source
}
