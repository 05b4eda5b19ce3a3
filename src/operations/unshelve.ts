/**
 * Bring a server back from the shelf: where its guest still is, or where there is room.
 *
 * A server that was taken off its host is made anew from its image like a new one. When that fails it is on the shelf as
 * before, with its image, holding nothing and charged for nothing; only without the image it is lost, and says so.
 */
import type { HostName, ImageId } from '../domain/ids.ts'
import { driverProblem, exceptionOf } from '../drivers/exceptions.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { awaitAlone } from './alone.ts'
import { chargeNoSize } from './charging.ts'
import { haveCleaned } from './clean-host.ts'
import { guestOf } from './guests.ts'
import { forgetImage, imageExists } from './images.ts'
import { anotherMayDo, on, operation, triedHosts } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'
import { takeAlong } from './belongings.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'
import { nothing } from '../saga/nothing.ts'
import { volumesArrived } from './volumes.ts'
import { asIs, lastStep, looks, readLoneGuest, settle, settleFailed } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

export type UnshelveParams = ServerParams & {
  readonly imageId: ImageId | null
  /** The zone it is bound to from now on; null when any will do. */
  readonly zone: string | null
  readonly only: HostName | null
  readonly attemptsMax: number
}

export const unshelveServer = operation<UnshelveParams>('server.unshelve')
  .step('imageFound', 'Look for the image', {
    event: 'get_image_info',
    shows: { task: 'unshelving' },
    do: async (c) => {
      await awaitAlone(c)
      const { tx, p } = c
      if (p.imageId !== null && !(await imageExists(tx, p.imageId))) {
        throw driverProblem('ImageNotFound', { server: p.serverId, image: p.imageId })
      }
    },
    undo: looks,
  })
  .attempts({ roundsMax: (p) => p.attemptsMax, again: anotherMayDo }, (part) =>
    part
      .step('hostClaimed', 'Choose a host and claim what the server needs there', {
        event: 'schedule_instances',
        do: async (c) => {
          const { tx, p, now, run, tools, earlier } = c
          await expectPlugs(c)
          const server = await servers.hold(tx, p.serverId)
          const wanted = { server: { ...server, pinnedZone: p.zone }, flavor: server.flavor }
          const excluded = triedHosts(earlier, 'hostClaimed')
          const seed = `${run.sagaId}/${run.round}`
          const chosen = await tools.placing.choose(
            tx,
            { ...wanted, only: p.only, excluded, seed },
            now,
          )
          const placed = { host: chosen.host, zone: chosen.zone }
          const hosted = await servers.change(tx, server, placed, now)
          await takeAlong(tx, p.serverId, chosen.host, now)
          const guest = await guestOf(tx, hosted)
          return { ...chosen, guest: { ...guest, image: p.imageId ?? guest.image } }
        },
        undo: leaveHost,
      })
      .hostStep('guestSpawned', 'Make the guest from the image and start it', {
        event: 'compute_unshelve_instance',
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
          title: 'Leave the server on the shelf and have the host cleaned when it can be',
          do: async (c, failure) => {
            await haveCleaned(c, c.out.hostClaimed?.host, 'everything')
            await leaveHost(c)
            await returnToShelf(c)
            await settleFailed(c, failure)
          },
        },
      }),
  )
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_unshelve_instance',
    do: awaitPlugs,
    undo: nothing('it only waits'),
  })
  .step('active', 'Make the server plainly active', {
    event: 'compute_unshelve_instance',
    do: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      await forgetImage(tx, p.imageId, now)
      await volumesArrived(tx, p.serverId, now)
      const running = { vmState: 'active', taskState: null, powerState: 'running' } as const
      const off = { shelved: null, pinnedZone: p.zone, launchedAt: now } as const
      await servers.change(tx, server, { ...running, ...off }, now)
    },
    undo: lastStep,
  })
  .end({
    failed: async (c, failure) => {
      await returnToShelf(c)
      const lost = exceptionOf(failure).name === 'ImageNotFound'
      // That there is no room is in the action; the server is as it was.
      if (failure.kind === 'no-capacity') await settle(c)
      else await settleFailed(c, failure, lost ? { vmState: 'error' } : {})
    },
  })

/** What asking for it back was charged is given back. */
async function returnToShelf({ tx, p }: Recorded<UnshelveParams>): Promise<void> {
  await chargeNoSize(tx, await servers.hold(tx, p.serverId))
}

/** Gives back what was claimed: the server is on the shelf and nowhere else. */
async function leaveHost({ tx, p, now }: Recorded<UnshelveParams>): Promise<void> {
  await holdings.release(tx, p.serverId, now)
  const server = await servers.hold(tx, p.serverId)
  await takeAlong(tx, p.serverId, null, now)
  await servers.change(tx, server, { host: null, zone: server.pinnedZone }, now)
}

/** The guest never left its host. */
export const takeOffShelf = operation<HostedParams & { readonly imageId: ImageId | null }>(
  'server.take-off-shelf',
)
  .step('ready', 'Read what the guest should be', {
    event: 'compute_start_instance',
    shows: { task: 'powering-on' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('poweredOn', 'Power the guest on', {
    event: 'compute_start_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<HostedParams, Ready>) => await on(c, c.p.host).powerOn(c.out.ready.guest),
    then: async (c) => {
      await forgetImage(c.tx, c.p.imageId, c.now)
      await settle(c, { vmState: 'active', powerState: 'running', shelved: null })
    },
    undo: asIs,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })
