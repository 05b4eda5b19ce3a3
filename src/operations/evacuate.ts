/**
 * Evacuate a server: make its guest anew elsewhere, because its host is lost.
 *
 * The share on the lost host goes to the migration and is held until that host is back and clean; the server itself holds one
 * flavor, where it is. Its record stays with the lost host until the new guest runs, so that a failure leaves nothing that a
 * returning host could take for its own.
 *
 * Two guests of one server must never run. So before the new one is made the lost host is told that it has lost the server: if it
 * answers after all, it switches the old guest off, or the evacuation ends here; if it does not, it learns of it when it is back,
 * before it counts as up and before it acts on anything (`agents/admission.ts`). What no record can prevent is that guests go on
 * running on a host that is alive and out of reach: evacuating from it is the word of an operator that it has no power.
 */
import type { HostName } from '../domain/ids.ts'
import type { Evacuation, Server } from '../domain/server.ts'
import type { VmState } from '../domain/states.ts'
import { exceptionOf } from '../drivers/exceptions.ts'
import type { Instant } from '../lib/clock.ts'
import { asProblem, problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Tx } from '../store/store.ts'
import { awaitAlone } from './alone.ts'
import { haveCleaned } from './clean-host.ts'
import { settleEvacuation } from './evacuated.ts'
import { guestOf } from './guests.ts'
import { anotherMayDo, on, operation, serverSubject, triedHosts } from './kit.ts'
import type { Called, Recorded, ServerParams, Starter, Tools } from './kit.ts'
import { migrationHolder } from './migrating.ts'
import { holderOf } from './placing.ts'
import { takeAlong } from './belongings.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'
import { lastStep, settleFailed } from './settling.ts'

export type EvacuateParams = ServerParams & Evacuation & { readonly resting: 'active' | 'stopped' }

/** Whether the lost host answered, and switched the guest off. */
type Fenced = { readonly switchedOff: boolean }

type Claimed = {
  readonly sourceFenced?: Fenced
  readonly destinationClaimed?: { readonly host: HostName } | undefined
}

export const evacuateServer = operation<EvacuateParams>('server.evacuate')
  .step('sourceHeld', 'Hand the share on the lost host to the migration', {
    event: 'rebuild_server',
    shows: { task: 'rebuilding' },
    do: async (c) => {
      const { tx, p, now, run, tools } = c
      await refuseReturned(tx, tools, p.source)
      await awaitAlone(c)
      const server = await servers.hold(tx, p.serverId)
      await settleEvacuation(tx, server, { now, start: tools.start, run })
      await migrations.open(
        tx,
        {
          id: p.migrationId,
          serverId: p.serverId,
          projectId: server.projectId,
          userId: server.userId,
          kind: 'evacuation',
          status: 'accepted',
          source: p.source,
          destination: null,
          oldFlavor: server.flavor,
          newFlavor: server.flavor,
        },
        now,
      )
      await holdings.move(tx, holderOf(server), migrationHolder(server, p.migrationId), now)
    },
    undo: returnShare,
  })
  .hostStep('sourceFenced', 'Make sure that no guest of it runs on the lost host', {
    event: 'compute_rebuild_instance',
    on: ({ p }) => p.source,
    // Long enough for a host that answers to switch a guest off; most hosts that are evacuated never answer.
    deadlineMs: 10_000,
    do: switchOffOnSource,
    undo: nothing('what was switched off on a lost host stays off, as after losing power'),
  })
  .attempts({ roundsMax: (p) => p.attemptsMax, again: anotherMayDo }, (part) =>
    part
      .step('destinationClaimed', 'Choose a host and claim what the server needs there', {
        event: 'rebuild_server',
        do: async (c) => {
          const { tx, p, now, run, tools, earlier } = c
          await refuseReturned(tx, tools, p.source)
          await expectPlugs(c)
          const server = await servers.hold(tx, p.serverId)
          const excluded = [p.source, ...triedHosts(earlier, 'destinationClaimed')]
          const seed = `${run.sagaId}/${run.round}`
          const forced = p.forced === true
          const wanted = { server, flavor: server.flavor, only: p.only, forced, excluded, seed }
          const chosen = await tools.placing.choose(tx, wanted, now)
          const destination = { destination: chosen.host }
          await migrations.enter(tx, p.migrationId, 'pre-migrating', now, destination)
          await takeAlong(tx, p.serverId, chosen.host, now)
          return { ...chosen, guest: await guestOf(tx, server) }
        },
        undo: leaveDestination,
      })
      .hostStep('guestSpawned', 'Make the guest anew', {
        event: 'compute_rebuild_instance',
        shows: { task: 'rebuild_spawning' },
        on: ({ out }) => out.destinationClaimed?.host ?? null,
        do: async (c) => {
          const { host, guest } = c.out.destinationClaimed
          await on(c, host).spawn(guest)
          if (c.p.resting === 'stopped') await on(c, host).powerOff(c.p.serverId)
        },
        then: beginWaiting,
        undo: async (c) => {
          const host = c.out.destinationClaimed?.host
          if (host !== undefined) await on(c, host).destroy(c.p.serverId)
        },
        // A guest of it may run on that host, so no other host may make a second one.
        stranded: {
          title: 'Give up the evacuation and have the destination cleaned when it can be',
          do: async (c, failure) => {
            await haveCleaned(c, c.out.destinationClaimed?.host, 'everything')
            await leaveDestination(c)
            await returnShare(c)
            await endOnSource(c, failure)
          },
        },
      }),
  )
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_rebuild_instance',
    do: awaitPlugs,
    undo: nothing('it only waits'),
  })
  .step('handedOver', 'Hand the server over to the new host', {
    event: 'compute_rebuild_instance',
    shows: { migration: 'done' },
    do: async ({ tx, p, now, out }) => {
      const server = await servers.hold(tx, p.serverId)
      const { host, zone } = out.destinationClaimed
      const powerState = p.resting === 'active' ? 'running' : 'shutdown'
      const rests = { vmState: p.resting, taskState: null, powerState } as const
      await servers.change(tx, server, { host, zone, ...rests, launchedAt: now }, now)
    },
    undo: lastStep,
  })
  .end({ failed: endOnSource })

/** Whether a server can be evacuated from this host: it is there, and in a state that allows it. */
export function isEvacuable(server: Server, source: HostName): boolean {
  const states: readonly VmState[] = ['active', 'stopped', 'error']
  return server.host === source && states.includes(server.vmState)
}

/** Starts the evacuation of a server that no operation owns. */
export async function startEvacuation(
  tx: Tx,
  server: Server,
  evacuation: Evacuation,
  now: Instant,
  saga: { readonly id: string; readonly start: Starter },
): Promise<void> {
  const resting = evacuation.resting ?? (server.vmState === 'stopped' ? 'stopped' : 'active')
  await servers.change(tx, server, { taskState: 'rebuilding' }, now)
  await saga.start(tx, evacuateServer, {
    id: saga.id,
    subject: serverSubject(server.id),
    params: { ...evacuation, serverId: server.id, resting },
  })
}

/**
 * An evacuation that had to wait for another operation to give way may find the host back, and the guest running again.
 * @throws `conflict`
 */
async function refuseReturned(tx: Tx, tools: Tools, source: HostName): Promise<void> {
  const isLost = !tools.hosts.isUp(source) || (await hosts.get(tx, source)).forcedDown
  if (isLost) return
  const details = { host: source, returned: true }
  throw problem('conflict', `Compute service of ${source} is still in use.`, details)
}

/** @throws `conflict` when the host answers and does not switch the guest off. */
async function switchOffOnSource(c: Called<EvacuateParams>): Promise<Fenced> {
  const { source, serverId } = c.p
  try {
    await on(c, source).powerOff(serverId)
    return { switchedOff: true }
  } catch (thrown) {
    const failure = asProblem(thrown)
    if (failure.kind === 'stale') throw failure
    if (failure.kind === 'unavailable') {
      if (c.tools.hosts.isUp(source)) throw failure
      return { switchedOff: false }
    }
    // A host that does not find a guest to switch off is asked whether it has one: some say so of guests that run.
    const isGone =
      exceptionOf(failure).name === 'InstanceNotFound' &&
      (await on(c, source).getInfo(serverId)) === null
    if (!isGone) {
      const message = `Host ${source} answers, and the server may still run there.`
      throw problem('conflict', message, { host: source }, { cause: failure })
    }
  }
  return { switchedOff: false }
}

async function returnShare({ tx, p, now }: Recorded<EvacuateParams>): Promise<void> {
  const server = await servers.hold(tx, p.serverId)
  await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
}

async function leaveDestination({ tx, p, now }: Recorded<EvacuateParams>): Promise<void> {
  await holdings.release(tx, p.serverId, now)
  await takeAlong(tx, p.serverId, p.source, now)
  await migrations.enter(tx, p.migrationId, 'pre-migrating', now, { destination: null })
}

/**
 * The server stays on the lost host, as it was while nothing has been done about it. A host that refused it before it did anything
 * changes nothing about that, nor does it when the lost one is back, except that its guest was switched off where the lost host
 * answered; when no host would take it, or making its guest failed, it is in error.
 */
async function endOnSource(c: Recorded<EvacuateParams, Claimed>, failure: Problem): Promise<void> {
  const { tx, p, now, earlier, out } = c
  const wasTried = earlier.length > 0 || out.destinationClaimed !== undefined
  if ((await migrations.find(tx, p.migrationId)) !== null) {
    await migrations.enter(tx, p.migrationId, wasTried ? 'failed' : 'error', now)
  }
  const refused = wasTried && (failure.kind === 'no-capacity' || exceptionOf(failure).rollsBack)
  const untouched = out.sourceFenced === undefined || failure.details['returned'] === true
  const asBefore = refused || untouched || c.run.interrupt !== null
  const isOff = out.sourceFenced?.switchedOff === true && p.resting === 'active'
  const before = isOff ? ({ vmState: 'stopped', powerState: 'shutdown' } as const) : {}
  await settleFailed(c, failure, asBefore ? before : { vmState: 'error' })
}
