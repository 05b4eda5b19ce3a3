/**
 * Delete a server for the time being, and bring it back.
 *
 * It keeps its place on its host, so restoring it never fails for want of room there; its project is not charged meanwhile,
 * so restoring may be refused for want of quota, before anything is begun.
 */
import { chargeOf, minus } from '../domain/quota.ts'
import type { Server } from '../domain/server.ts'
import type { Problem } from '../lib/problem.ts'
import { charge } from '../store/compute/charges.ts'
import { setCharge } from '../store/compute/server-charges.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Tx } from '../store/store.ts'
import { haveCleaned } from './clean-host.ts'
import { forgetImage } from './images.ts'
import { on, operation } from './kit.ts'
import type { Called, Recorded } from './kit.ts'
import { asIs, lastStep, looks, readLoneGuest, settle, settleFailed } from './settling.ts'
import type { HostedParams, Ready } from './settling.ts'

const patienceMs = 5_000
const isSilence = ({ kind }: Problem): boolean => kind === 'unavailable'

export const softDelete = operation<HostedParams>('server.soft-delete')
  .hostStep('poweredOff', 'Power the guest off', {
    event: 'compute_soft_delete_instance',
    shows: { task: 'soft-deleting' },
    on: ({ p }) => p.host,
    patienceMs,
    do: async (c) => await on(c, c.p.host).powerOff(c.p.serverId),
    // A host that does not answer has no guest that its owner could use.
    tolerate: { when: isSilence, as: undefined },
    undo: asIs,
  })
  .step('putAside', 'Keep the server for whoever wants it back', {
    event: 'compute_soft_delete_instance',
    do: async (c) => {
      const { tx, p, now } = c
      await confirmMove(c)
      const server = await servers.hold(tx, p.serverId)
      await uncharge(tx, server)
      const aside = { vmState: 'soft-delete', powerState: 'shutdown', softDeletedAt: now } as const
      await servers.change(tx, server, { ...aside, taskState: null }, now)
    },
    undo: lastStep,
  })
  .end({ failed: async (c, failure) => await settleFailed(c, failure) })

export const restoreServer = operation<HostedParams>('server.restore')
  .step('ready', 'Read what the guest should be', {
    event: 'compute_restore_instance',
    shows: { task: 'restoring' },
    do: readLoneGuest,
    undo: looks,
  })
  .hostStep('poweredOn', 'Power the guest on', {
    event: 'compute_restore_instance',
    on: ({ p }) => p.host,
    do: async (c: Called<HostedParams, Ready>) => await on(c, c.p.host).powerOn(c.out.ready.guest),
    then: async (c) => {
      // One that was on the shelf is on it no more.
      const { shelved } = await servers.get(c.tx, c.p.serverId)
      await forgetImage(c.tx, shelved?.imageId ?? null, c.now)
      const running = { vmState: 'active', powerState: 'running' } as const
      await settle(c, { ...running, shelved: null, softDeletedAt: null })
    },
    undo: asIs,
  })
  .end({
    failed: async (c, failure) => {
      await uncharge(c.tx, await servers.hold(c.tx, c.p.serverId))
      await settleFailed(c, failure)
    },
  })

/** Whoever deletes a server that waits to be confirmed will not go back: restored, it is what it was resized to. */
async function confirmMove(c: Recorded<HostedParams>): Promise<void> {
  const { tx, p, now } = c
  const migration = await migrations.openOf(tx, p.serverId)
  if (migration?.status !== 'finished') return
  const server = await servers.hold(tx, p.serverId)
  await holdings.release(tx, migration.id, now)
  await migrations.enter(tx, migration.id, 'confirmed', now)
  await servers.change(tx, server, { move: null }, now)
  await haveCleaned(c, migration.source, 'remains')
}

/** Charges the project for a server that comes back. @throws `over-quota` */
export async function chargeAgain(tx: Tx, server: Server): Promise<void> {
  const { cores, ram } = chargeOf(server.flavor)
  await setCharge(tx, server.id, { cores, ram })
  await charge(tx, server, { instances: 1, cores, ram })
}

async function uncharge(tx: Tx, server: Server): Promise<void> {
  const charged = await setCharge(tx, server.id, { cores: 0, ram: 0 })
  await charge(tx, server, minus({ instances: 1, ...charged }))
}
