/**
 * Build a server: find it a host, claim what it needs there, and make its guest.
 *
 * When a host refuses, everything is taken back from it and the next best is tried, as often as the cloud allows. What says
 * that no host would do better (networking that does not come up, an abort) is not tried again.
 */
import type { HostName, UserId } from '../domain/ids.ts'
import { problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { beginCleaning } from './clean-host.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { anotherMayDo, on, operation, triedHosts } from './kit.ts'
import type { Recorded, ServerParams } from './kit.ts'
import { takeAlong } from './belongings.ts'
import { makePorts, releasePorts } from './ports.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'
import { makeVolumes, unmakeVolumes } from './new-volumes.ts'
import { volumesArrived } from './volumes.ts'
import type { NetworkRequest } from './ports.ts'

export type BuildParams = ServerParams & {
  readonly userId: UserId
  readonly networks: readonly NetworkRequest[]
  /** The only host that may be chosen, or null. */
  readonly only: HostName | null
  /** How many hosts are tried at most. */
  readonly attemptsMax: number
}

export const buildServer = operation<BuildParams>('server.build')
  .step('portsMade', 'Make the ports and volumes that the server asked for', {
    event: 'compute__do_build_and_run_instance',
    do: async ({ tx, p, now, run }) => {
      const server = await servers.hold(tx, p.serverId)
      const make = { now, idOf: (name: string) => run.id(name) }
      await makePorts(tx, server, p.networks, make)
      await makeVolumes(tx, server, make)
    },
    undo: async ({ tx, p, now }) => {
      await releasePorts(tx, p.serverId)
      await unmakeVolumes(tx, p.serverId, now)
    },
  })
  .attempts({ roundsMax: (p) => p.attemptsMax, again: anotherMayDo }, (part) =>
    part
      .step('hostClaimed', 'Choose a host and claim what the server needs there', {
        event: 'conductor_schedule_and_build_instances',
        shows: { task: 'scheduling' },
        do: async (c) => {
          const { tx, p, now, run, tools, earlier } = c
          await expectPlugs(c)
          const server = await servers.hold(tx, p.serverId)
          const tried = triedHosts(earlier, 'hostClaimed')
          const wanted = { server, flavor: server.flavor, only: p.only, excluded: tried }
          const seed = `${run.sagaId}/${run.round}`
          const chosen = await tools.placing.choose(tx, { ...wanted, seed }, now)
          const placed = { host: chosen.host, zone: chosen.zone }
          const hosted = await servers.change(tx, server, placed, now)
          await takeAlong(tx, p.serverId, chosen.host, now)
          return { ...chosen, guest: await guestOf(tx, hosted) }
        },
        undo: leaveHost,
      })
      .hostStep('guestSpawned', 'Make the guest and start it', {
        event: 'compute__do_build_and_run_instance',
        shows: { task: 'spawning' },
        on: ({ out }) => out.hostClaimed?.host ?? null,
        do: async (c) => await on(c, c.out.hostClaimed.host).spawn(c.out.hostClaimed.guest),
        then: beginWaiting,
        undo: async (c) => {
          const host = c.out.hostClaimed?.host
          if (host !== undefined) await on(c, host).destroy(c.p.serverId)
        },
        // A guest of it may run on that host, so no other host may make a second one.
        stranded: {
          title: 'Give up the build and have the host cleaned when it can be',
          do: async (c, failure) => {
            const { tx, p, out, run, tools } = c
            const host = out.hostClaimed?.host
            if (host !== undefined) {
              const cleaning = { serverId: p.serverId, host, what: 'everything' } as const
              await beginCleaning(tx, tools.start, cleaning, run.id('clean host'))
            }
            await leaveHost(c)
            await unmakeVolumes(tx, p.serverId, c.now)
            await releasePorts(tx, p.serverId)
            await endInError(c, failure)
          },
        },
      }),
  )
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute__do_build_and_run_instance',
    do: awaitPlugs,
    undo: nothing('it only waits'),
  })
  .step('active', 'Make the server plainly active', {
    event: 'compute__do_build_and_run_instance',
    do: async ({ tx, p, now }) => {
      await volumesArrived(tx, p.serverId, now)
      const server = await servers.hold(tx, p.serverId)
      const running = { vmState: 'active', taskState: null, powerState: 'running' } as const
      await servers.change(tx, server, { ...running, launchedAt: now, progress: 0 }, now)
    },
    undo: nothing('it is the last step'),
  })
  .end({ failed: endInError })

/** Gives back what was claimed: from here on the server is nowhere. */
async function leaveHost({ tx, p, now }: Recorded<BuildParams>): Promise<void> {
  await holdings.release(tx, p.serverId, now)
  const server = await servers.hold(tx, p.serverId)
  await takeAlong(tx, p.serverId, null, now)
  await servers.change(tx, server, { host: null, zone: server.pinnedZone }, now)
}

async function endInError(
  { tx, p, now, earlier }: Recorded<BuildParams>,
  failure: Problem,
): Promise<void> {
  const server = await servers.hold(tx, p.serverId)
  await addFault(tx, p.serverId, told(failure, p, earlier.length), now)
  await servers.change(tx, server, { vmState: 'error', taskState: null }, now)
}

/** The failure in the words that users of Nova know. */
function told(failure: Problem, p: BuildParams, rounds: number): Problem {
  if (failure.kind === 'no-capacity' && rounds > 0) {
    return problem(
      'no-capacity',
      `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${p.serverId}.`,
      { ...failure.details, last: failure.message, rounds: rounds + 1 },
    )
  }
  if (failure.details['exception'] === 'VirtualInterfaceCreateException') {
    return problem(
      'failed',
      `Build of instance ${p.serverId} aborted: Failed to allocate the network(s), not rescheduling.`,
      { ...failure.details, reason: failure.message },
    )
  }
  return failure
}
