/**
 * How a live move ends: on the destination, on the source, or, when a host is silent at the wrong moment, in error on the one to
 * which the server belongs.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import type { MigrationStatus } from '../domain/states.ts'
import { exceptionOf } from '../drivers/exceptions.ts'
import type { GuestSpec } from '../drivers/virt-driver.ts'
import { asProblem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import * as queue from '../store/compute/live-queue.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import * as sagas from '../store/sagas/rows.ts'
import { haveCleaned } from './clean-host.ts'
import { addFault } from './faults.ts'
import { on, serverSubject } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'
import { migrationHolder } from './migrating.ts'
import { holderOf } from './placing.ts'
import { dropBinding } from './ports.ts'

/** What every end needs to know of the move. */
export type LiveMove = ServerParams & {
  readonly migrationId: MigrationId
  readonly source: HostName
  readonly atOnce: number
}

type Sent = {
  readonly sourceHeld?: { readonly guest: GuestSpec } | undefined
  readonly destinationClaimed?: { readonly host: HostName } | undefined
  readonly turnCame?: unknown
  readonly guestSent?: unknown
  readonly sourceCleaned?: { readonly left: boolean } | undefined
}

/** Why a move was asked to stop, when it was its user who asked. */
export const aborted = 'the live migration was aborted'

/** Gives back what was claimed for the server on a destination. */
export async function leaveDestination(c: Recorded<LiveMove>): Promise<void> {
  const { tx, p, now } = c
  await holdings.release(tx, p.serverId, now)
  const host = (await migrations.find(tx, p.migrationId))?.destination ?? null
  if (host !== null) await dropBinding(tx, p.serverId, host)
  await migrations.enter(tx, p.migrationId, 'accepted', now, { destination: null })
}

/**
 * Makes it so that the guest is on the source: calls the transfer off, and if it was too late for that, moves the guest back. One
 * that does not run on the destination any more, because that has lost its power, moves as those do that are off.
 */
export async function bringBack(c: Called<LiveMove, Sent>): Promise<void> {
  const { serverId, source } = c.p
  const guest = c.out.sourceHeld?.guest
  const destination = c.out.destinationClaimed?.host
  if (guest === undefined || destination === undefined) return
  await on(c, source).liveMigrationAbort(serverId)
  const there = await on(c, destination).getInfo(serverId)
  if (there?.power === 'running' || there?.power === 'paused') {
    await on(c, source).preLiveMigration(guest)
    await on(c, destination).liveMigration(serverId, source)
  } else if (there !== null || (await on(c, source).getInfo(serverId)) === null) {
    await bringBackCold(c, guest, destination)
  }
  // Each was a source, or may have been: what that left behind goes.
  await on(c, destination).postLiveMigrationAtSource(serverId)
  await on(c, source).postLiveMigrationAtSource(serverId)
}

/** When it is nowhere at all there is nothing to bring back: a hard reboot makes the guest anew. */
async function bringBackCold(
  c: Called<LiveMove, Sent>,
  guest: GuestSpec,
  destination: HostName,
): Promise<void> {
  const { serverId, source } = c.p
  try {
    const disk = await on(c, destination).migrateDiskAndPowerOff(serverId, source)
    await on(c, source).finishMigration(guest, disk, { powerOn: false })
  } catch (thrown) {
    if (exceptionOf(asProblem(thrown)).name !== 'InstanceNotFound') throw thrown
  }
}

/**
 * The move came to nothing and everything was taken back: the server is what it was, on the source. Only when the transfer
 * broke off in a way that no transfer should, its owner had better look at the guest.
 */
export async function stayOnSource(c: Recorded<LiveMove, Sent>, failure: Problem): Promise<void> {
  const { tx, p, now, out, run } = c
  const wasAborted = run.interrupt === aborted
  const broke = run.interrupt === null && out.guestSent !== undefined && brokeOff(failure)
  const began = out.turnCame !== undefined
  await closeMove(c, wasAborted ? 'cancelled' : began && !broke ? 'failed' : 'error')
  if (!wasAborted) await addFault(tx, p.serverId, failure, now)
  const server = await servers.hold(tx, p.serverId)
  await servers.change(tx, server, { ...(broke ? { vmState: 'error' } : {}), taskState: null }, now)
}

/** Whether a host raised something else than that the transfer failed or was refused. */
function brokeOff(failure: Problem): boolean {
  const { name, rollsBack } = exceptionOf(failure)
  return failure.details['exception'] !== undefined && name !== 'MigrationError' && !rollsBack
}

/** The guest is on the source, and the destination does not let go of what was prepared there: it is cleaned when it can be. */
export async function strand(c: Recorded<LiveMove, Sent>, failure: Problem): Promise<void> {
  const { tx, p, now, out } = c
  await leaveDestination(c)
  const server = await servers.hold(tx, p.serverId)
  await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
  await haveCleaned(c, out.destinationClaimed?.host, 'everything')
  await stayOnSource(c, failure)
}

/** The server is on the destination, where something went wrong after its guest had come. */
export async function breakOnDestination(
  c: Recorded<LiveMove, Sent>,
  failure: Problem,
): Promise<void> {
  const { tx, p, now } = c
  await holdings.release(tx, p.migrationId, now)
  await closeMove(c, 'error')
  await addFault(tx, p.serverId, failure, now)
  const server = await servers.hold(tx, p.serverId)
  await servers.change(tx, server, { vmState: 'error', taskState: null }, now)
  await haveCleaned(c, p.source, 'remains')
}

/** All is well. A source that could not be cleaned is cleaned later. */
export async function restOnDestination(c: Recorded<LiveMove, Sent>): Promise<void> {
  const { tx, p, now, out } = c
  await holdings.release(tx, p.migrationId, now)
  await closeMove(c, 'completed')
  const server = await servers.hold(tx, p.serverId)
  await servers.change(tx, server, { taskState: null }, now)
  if (out.sourceCleaned?.left === true) await haveCleaned(c, p.source, 'remains')
}

/** Ends the record, and tells those who wait for the source. */
async function closeMove(
  { tx, p, now }: Recorded<LiveMove>,
  status: MigrationStatus,
): Promise<void> {
  const migration = await migrations.find(tx, p.migrationId)
  if (migration === null) return
  await migrations.enter(tx, p.migrationId, status, now)
  for (const serverId of await queue.firstFrom(tx, p.source, p.atOnce)) {
    await sagas.poke(tx, serverSubject(serverId), now)
  }
}
