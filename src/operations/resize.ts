/**
 * Resize a server, or migrate it cold: the same move, with or without a new flavor.
 *
 * The source's allocation goes to the migration and the server claims the new size on the destination, so that both hosts
 * stay charged until the user has decided. Until the guest was touched a failure takes everything back and the server never
 * noticed. Afterwards the cloud's policy decides: `leave` keeps the server where its disk is, in error, holding exactly what
 * its flavor says; `rollback` brings it back to the source, as it was.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import { needOf } from '../domain/need.ts'
import type { FlavorCopy, Server } from '../domain/server.ts'
import type { MigrationKind, MigrationStatus } from '../domain/states.ts'
import type { Run } from '../saga/definition.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { awaitAlone } from './alone.ts'
import { haveCleaned } from './clean-host.ts'
import { settleEvacuation } from './evacuated.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { holdOldAlone } from './in-place.ts'
import { anotherMayDo, on, operation, triedHosts } from './kit.ts'
import type { Recorded, ServerParams } from './kit.ts'
import { holderOf } from './placing.ts'
import type { Chosen } from './placing.ts'
import { takeAlong } from './belongings.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'
import { chargeExactly } from './charging.ts'
import { migrationHolder } from './migrating.ts'
import { moveDisk, touchedGuest } from './moving-disk.ts'

export type FailurePolicy = 'leave' | 'rollback'

export type ResizeParams = ServerParams & {
  readonly migrationId: MigrationId
  readonly kind: MigrationKind & ('resize' | 'migration')
  readonly source: HostName
  readonly oldFlavor: FlavorCopy
  readonly newFlavor: FlavorCopy
  /** Where the server rests, and will rest again. */
  readonly resting: 'active' | 'stopped'
  readonly policy: FailurePolicy
  readonly only: HostName | null
  /** Whether the source itself may be the destination. */
  readonly sameHostAllowed: boolean
  readonly attemptsMax: number
}

export const resizeServer = operation<ResizeParams>('server.resize')
  .step('sourceHeld', 'Hand the source allocation from the server to the migration', {
    event: 'conductor_migrate_server',
    do: async (c) => {
      await awaitAlone(c)
      const { tx, p, now, run, tools } = c
      const server = await servers.hold(tx, p.serverId)
      await settleEvacuation(tx, server, { now, start: tools.start, run })
      await migrations.open(tx, recordOf(server, p, 'pre-migrating'), now)
      await holdings.move(tx, holderOf(server), migrationHolder(server, p.migrationId), now)
      const { oldFlavor, newFlavor, resting } = p
      await servers.change(tx, server, { move: { oldFlavor, newFlavor, resting } }, now)
      return { sourceGuest: await guestOf(tx, server, p.oldFlavor) }
    },
    undo: async (c) => await returnToServer(c),
  })
  .attempts({ roundsMax: (p) => p.attemptsMax, again: anotherMayDo }, (part) =>
    part
      .step('destinationClaimed', 'Choose a destination and claim the new size there', {
        event: 'cold_migrate',
        do: async ({ tx, p, now, run, tools, earlier }) => {
          const server = await servers.hold(tx, p.serverId)
          const tried = triedHosts(earlier, 'destinationClaimed')
          const excluded = p.sameHostAllowed ? tried : [p.source, ...tried]
          const seed = `${run.sagaId}/${run.round}`
          const holder = migrationHolder(server, p.migrationId)
          const inPlace = { host: p.source, holder, held: needOf(p.oldFlavor) }
          const wanted = { server, flavor: p.newFlavor, only: p.only, excluded, seed, inPlace }
          const chosen = await tools.placing.choose(tx, wanted, now)
          const destination = { destination: chosen.host }
          await migrations.enter(tx, p.migrationId, 'pre-migrating', now, destination)
          return chosen
        },
        undo: async (c) => await freeDestination(c),
      })
      .hostStep('destinationPrepared', 'Ask the destination whether it is ready', {
        event: 'compute_prep_resize',
        on: ({ out }) => out.destinationClaimed?.host ?? null,
        do: async (c) => {
          await on(c, c.out.destinationClaimed.host).getAvailableResource()
        },
        undo: nothing('it only looks'),
      }),
  )
  .hostStep('guestMoved', 'Power the guest off and move its disk', {
    event: 'compute_resize_instance',
    shows: { task: 'resize_migrating', migration: 'migrating' },
    on: ({ p }) => p.source,
    do: async (c) => await moveDisk(c, c.p.source, c.out.destinationClaimed.host),
    undo: async (c) => {
      const guest = c.out.sourceHeld?.sourceGuest
      if (guest === undefined) return
      await on(c, c.p.source).finishRevertMigration(guest, { powerOn: goesOn(c) })
    },
    // It belongs to the source, whatever has become of its guest there: a hard reboot makes it anew, or an evacuation.
    stranded: {
      title: 'Leave the server in error on the source, and free the destination',
      do: async (c, failure) => {
        await freeDestination(c)
        await returnToServer(c)
        await addFault(c.tx, c.p.serverId, failure, c.now)
        await settleOnSource(c, { vmState: 'error', powerState: 'nostate' })
      },
    },
  })

  // From here the server belongs to the destination: record, flavor, allocation and ports say so together.
  .step('handedOver', 'Hand the server over to the destination', {
    event: 'compute_resize_instance',
    shows: { task: 'resize_migrated', migration: 'post-migrating' },
    do: async (c) => {
      const { tx, p, now, out } = c
      await expectPlugs(c)
      const server = await servers.hold(tx, p.serverId)
      const { host, zone } = out.destinationClaimed
      const arrived = { host, zone, flavor: p.newFlavor, powerState: 'shutdown' } as const
      const moved = await servers.change(tx, server, arrived, now)
      await takeAlong(tx, p.serverId, host, now)
      return { guest: await guestOf(tx, moved) }
    },
    undo: async ({ tx, p, now, tools }) => {
      const server = await servers.hold(tx, p.serverId)
      const zone = await tools.placing.zoneOf(tx, p.source)
      await servers.change(tx, server, { host: p.source, zone, flavor: p.oldFlavor }, now)
      await takeAlong(tx, p.serverId, p.source, now)
    },
  })
  .settle('left', 'Leave the server in error where its disk is, and free the source', {
    when: (p) => p.policy === 'leave',
    do: async (c, failure) => {
      const { tx, p, now } = c
      const server = await servers.hold(tx, p.serverId)
      await holdings.release(tx, p.migrationId, now)
      await migrations.enter(tx, p.migrationId, 'error', now)
      await addFault(tx, p.serverId, failure, now)
      const broken = { vmState: 'error', taskState: null, move: null } as const
      await servers.change(tx, server, broken, now)
      await chargeExactly(tx, server, p.newFlavor)
      await haveCleaned(c, p.source, 'remains')
    },
  })
  .hostStep('guestFinished', 'Make the guest in its new size', {
    event: 'compute_finish_resize',
    shows: { task: 'resize_finish' },
    on: ({ out }) => out.destinationClaimed?.host ?? null,
    do: async (c) => {
      const { destinationClaimed, handedOver, guestMoved } = c.out
      const powerOn = c.p.resting === 'active'
      await on(c, destinationClaimed.host).finishMigration(handedOver.guest, guestMoved, {
        powerOn,
      })
    },
    then: beginWaiting,
    undo: async (c) => {
      const host = c.out.destinationClaimed?.host
      // On the source itself the copy must stay: it is what will be the guest again.
      if (host !== undefined && host !== c.p.source) await on(c, host).destroy(c.p.serverId)
    },
  })
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_finish_resize',
    do: async (c) => {
      // What is off has no ports yet that could be plugged.
      if (c.p.resting === 'active') await awaitPlugs(c)
    },
    undo: nothing('it only waits'),
  })
  .step('resized', 'Wait for the user to confirm or revert', {
    event: 'compute_finish_resize',
    shows: { migration: 'finished' },
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      const powerState = p.resting === 'active' ? 'running' : 'shutdown'
      const rests = { vmState: 'resized', taskState: null, powerState } as const
      await servers.change(tx, server, { ...rests, launchedAt: now }, now)
    },
    undo: nothing('it is the last step'),
  })
  .end({
    failed: async (c, failure) => {
      await noteAttempt(c)
      const powerState = goesOn(c) ? 'running' : 'shutdown'
      const isLeft = c.p.policy === 'leave' && touchedGuest(failure)
      if (!isLeft) return await settleOnSource(c, { powerState })
      await addFault(c.tx, c.p.serverId, failure, c.now)
      await settleOnSource(c, { powerState, vmState: 'error' })
    },
  })

/** A move that failed before it was opened leaves a record too. */
async function noteAttempt({ tx, p, now }: Recorded<ResizeParams>): Promise<void> {
  if ((await migrations.find(tx, p.migrationId)) !== null) return
  const server = await servers.hold(tx, p.serverId)
  await migrations.open(tx, recordOf(server, p, 'error'), now)
}

function recordOf(
  server: Server,
  p: ResizeParams,
  status: MigrationStatus,
): migrations.NewMigration {
  return {
    id: p.migrationId,
    serverId: p.serverId,
    projectId: server.projectId,
    userId: server.userId,
    kind: p.kind,
    status,
    source: p.source,
    destination: null,
    oldFlavor: p.oldFlavor,
    newFlavor: p.newFlavor,
  }
}

/**
 * Whether the guest runs again on the source. Not after an interrupt: a delete does not wait for a destination that is silent,
 * where the guest may still be running.
 */
function goesOn({ p, run }: { readonly p: ResizeParams; readonly run: Run }): boolean {
  return p.resting === 'active' && run.interrupt === null
}

async function freeDestination({ tx, p, now }: Recorded<ResizeParams>): Promise<void> {
  await holdings.release(tx, p.serverId, now)
  const migration = await migrations.find(tx, p.migrationId)
  if (migration?.destination === p.source) {
    const holder = migrationHolder(await servers.hold(tx, p.serverId), p.migrationId)
    const was = { host: p.source, flavor: p.oldFlavor, holders: [p.migrationId] }
    await holdOldAlone(tx, holder, was, now)
  }
  await migrations.enter(tx, p.migrationId, 'pre-migrating', now, { destination: null })
}

/** The source's allocation returns from the migration, which ends. */
async function returnToServer({ tx, p, now }: Recorded<ResizeParams>): Promise<void> {
  const server = await servers.hold(tx, p.serverId)
  await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
  const migration = await migrations.find(tx, p.migrationId)
  if (migration !== null) await migrations.enter(tx, p.migrationId, 'error', now)
  await servers.change(tx, server, { move: null }, now)
}

type Unwound = Recorded<ResizeParams, { readonly destinationClaimed?: Chosen | undefined }>

async function settleOnSource(c: Unwound, patch: servers.ServerPatch): Promise<void> {
  const { tx, p, now, out } = c
  const server = await servers.hold(tx, p.serverId)
  await chargeExactly(tx, server, p.oldFlavor)
  // A disk that was on its way may have arrived. The server cannot come there before that is cleaned.
  const host = out.destinationClaimed?.host
  if (host !== p.source) await haveCleaned(c, host, 'everything')
  await servers.change(tx, server, { taskState: null, ...patch }, now)
}
