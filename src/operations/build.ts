/**
 * Build a server: find it a host, claim what it needs there, and make its guest.
 *
 * When a host refuses, everything is taken back from it and the next best is tried, as often as the cloud allows. What says
 * that no host would do better (networking that does not come up, an abort) is not tried again.
 */
import type { HostName, ServerId, UserId } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import { problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { haveCleaned } from './clean-host.ts'
import { addFault } from './faults.ts'
import { guestOf } from './guests.ts'
import { anotherMayDo, on, operation, triedHosts } from './kit.ts'
import type { Recorded, ServerParams } from './kit.ts'
import { takeAlong } from './belongings.ts'
import { placeTogether } from './placing-together.ts'
import type { Placed } from './placing-together.ts'
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
  /** Where several were asked for at once, all of them, this one included: each gets a host, or none does. */
  readonly members?: readonly ServerId[]
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
          const { tx, p, now } = c
          await expectPlugs(c)
          const server = await servers.hold(tx, p.serverId)
          const { chosen, hosted } = await placeOn(c, server)
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
            const { tx, p, out } = c
            await haveCleaned(c, out.hostClaimed?.host, 'everything')
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

/** The first time those of one request are placed together; who has to try again does so alone. */
async function placeOn(c: Recorded<BuildParams>, server: Server): Promise<Placed> {
  const { tx, p, now, run, tools, earlier } = c
  const { only, members } = p
  const seed = `${run.sagaId}/${run.round}`
  if (members !== undefined && run.round === 1) {
    const together = { members, only, seed, placing: tools.placing, building: run.name }
    return await placeTogether(tx, server, together, now)
  }
  const excluded = triedHosts(earlier, 'hostClaimed')
  const wanted = { server, flavor: server.flavor, only, excluded, seed }
  const chosen = await tools.placing.choose(tx, wanted, now)
  const { host, zone } = chosen
  return { chosen, hosted: await servers.change(tx, server, { host, zone }, now) }
}

/** Gives back what was claimed: from here on the server is nowhere. */
async function leaveHost({ tx, p, now }: Recorded<BuildParams>): Promise<void> {
  await holdings.release(tx, p.serverId, now)
  const server = await servers.hold(tx, p.serverId)
  await takeAlong(tx, p.serverId, null, now)
  await servers.change(tx, server, { host: null, zone: server.pinnedZone }, now)
}

async function endInError(c: Recorded<BuildParams>, failure: Problem): Promise<void> {
  const { tx, p, now, earlier } = c
  // Another one of the request may have found it a place before it failed by itself.
  if ((await servers.hold(tx, p.serverId)).host !== null) await leaveHost(c)
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
