/**
 * Delete a server, from any state, with or without the help of its hosts.
 *
 * Guests go first and records last, so that nothing is given back before it is free. A host that does not answer is not
 * waited for: the server is gone, and the host is cleaned when it is back.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import { minus } from '../domain/quota.ts'
import type { Problem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import { charge } from '../store/compute/charges.ts'
import { chargedFor } from '../store/compute/server-charges.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { releaseBelongings } from './belongings.ts'
import { chargeExactly, chargeIfAside } from './charging.ts'
import { haveCleaned } from './clean-host.ts'
import { addFault } from './faults.ts'
import { forgetImage } from './images.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded, ServerParams } from './kit.ts'

type Whereabouts = {
  readonly host: HostName | null
  readonly other: HostName | null
  readonly migration: MigrationId | null
}
type Destroyed = { readonly left: boolean }

const patienceMs = 5_000

const isSilence = ({ kind }: Problem): boolean => kind === 'unavailable'

/** A host that is down is left for later at once; one that is up is asked, and later if it does not answer. */
async function destroyOn(c: Called<ServerParams>, host: HostName | null): Promise<Destroyed> {
  if (host === null) return { left: false }
  if (!c.tools.hosts.isUp(host)) return { left: true }
  await on(c, host).destroy(c.p.serverId)
  return { left: false }
}

export const deleteServer = operation<ServerParams>('server.delete')
  .step('found', 'Find out where anything of the server is', {
    event: 'compute_terminate_instance',
    shows: { task: 'deleting' },
    do: async ({ tx, p }): Promise<Whereabouts> => {
      const server = await servers.get(tx, p.serverId)
      const migration = await migrations.openOf(tx, p.serverId)
      const sides = [migration?.source ?? null, migration?.destination ?? null]
      return {
        host: server.host,
        other: sides.find((side) => side !== null && side !== server.host) ?? null,
        migration: migration?.id ?? null,
      }
    },
    undo: nothing('it only looks'),
  })
  .hostStep('guestDestroyed', 'Destroy the guest', {
    event: 'compute_terminate_instance',
    on: ({ out }) => out.found?.host ?? null,
    patienceMs,
    do: async (c) => await destroyOn(c, c.out.found.host),
    // Silence is left for later; a host that says no is believed.
    tolerate: { when: isSilence, as: { left: true } },
    undo: nothing('a guest that could not be destroyed is still there'),
  })
  .hostStep('otherSideCleaned', 'Destroy what a move left on the other host', {
    event: 'compute_terminate_instance',
    on: ({ out }) => out.found?.other ?? null,
    patienceMs,
    do: async (c) => await destroyOn(c, c.out.found.other),
    tolerate: { when: () => true, as: { left: true } },
    undo: nothing('what could not be destroyed is still there'),
  })
  .step('gone', 'Give back everything the server held', {
    event: 'compute_terminate_instance',
    do: async (c) => {
      const { tx, p, now, out } = c
      const server = await servers.hold(tx, p.serverId)
      const migration = await migrations.openOf(tx, p.serverId)
      await holdings.release(tx, p.serverId, now)
      if (migration !== null) {
        await holdings.release(tx, migration.id, now)
        await migrations.enter(
          tx,
          migration.id,
          migration.status === 'finished' ? 'confirmed' : 'error',
          now,
        )
      }
      await releaseBelongings(tx, p.serverId, now)
      const charged = await chargedFor(tx, p.serverId)
      // What is soft-deleted has been given back already.
      const instances = server.vmState === 'soft-delete' ? 0 : 1
      await charge(tx, server, minus({ instances, ...charged }))
      // What it was on the shelf nobody can bring back any more.
      await forgetImage(tx, server.shelved?.imageId ?? null, now)
      await servers.bury(tx, server, now)
      const left = [
        ...(out.guestDestroyed.left ? [out.found.host] : []),
        ...(out.otherSideCleaned.left ? [out.found.other] : []),
      ]
      for (const host of left) await haveCleaned(c, host, 'everything')
    },
    undo: nothing('it is the last step'),
  })
  .end({
    failed: async (c, failure) => {
      const { tx, p, now } = c
      await closeMove(c)
      const server = await servers.hold(tx, p.serverId)
      await addFault(tx, p.serverId, failure, now)
      await chargeIfAside(tx, server)
      const rests = { vmState: 'error', taskState: null, softDeletedAt: null } as const
      await servers.change(tx, server, { ...rests, deleteRequested: false }, now)
    },
  })

/**
 * A server that could not be deleted decides nothing any more: what its open move kept is given up, so that what it holds is
 * what it has where it is.
 */
async function closeMove(c: Recorded<ServerParams>): Promise<void> {
  const { tx, p, now } = c
  const migration = await migrations.openOf(tx, p.serverId)
  if (migration === null) return
  const server = await servers.hold(tx, p.serverId)
  await holdings.release(tx, migration.id, now)
  await migrations.enter(tx, migration.id, 'error', now)
  await servers.change(tx, server, { move: null }, now)
  await chargeExactly(tx, server, server.flavor)
  for (const side of [migration.source, migration.destination]) {
    await haveCleaned(c, side, side === server.host ? 'remains' : 'everything')
  }
}
