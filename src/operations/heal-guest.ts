/**
 * Clean a host of a guest, a disk or ports that nobody owns.
 *
 * Destroying cannot be taken back, so first there is a while in which somebody may object, and then it is judged anew: by the
 * records, and for a server that lives elsewhere by asking whether its guest is really there. The cleaning itself is that of any
 * host.
 */
import type { HostName } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import { problem } from '../lib/problem.ts'
import { notYet } from '../saga/not-yet.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as reading from '../store/sagas/reading.ts'
import { beginCleaning } from './clean-host.ts'
import type { HealReason } from './heal-records.ts'
import type { GuestRemedy } from './healing/remedy.ts'
import { on, operation, serverSubject } from './kit.ts'
import type { Recorded, ServerParams } from './kit.ts'

export type HealGuestParams = ServerParams &
  HealReason & {
    readonly remedy: GuestRemedy
    /** Until then somebody may object. */
    readonly notBefore: Instant
  }

export const healGuest = operation<HealGuestParams>('heal.guest')
  .step('waited', 'Wait whether anybody objects', {
    event: 'audit_heal',
    do: async ({ p, now }) => {
      if (now < p.notBefore) throw notYet(p.notBefore)
    },
    undo: nothing('it only waits'),
  })
  .step('judged', 'Make sure that nobody owns what is there', {
    event: 'audit_heal',
    do: async (c) => ({ home: await homeOf(c) }),
    undo: nothing('it only looks'),
  })
  .hostStep('compared', 'Make sure that the guest is where its server is', {
    event: 'audit_heal',
    on: ({ out }) => out.judged?.home ?? null,
    do: async (c) => {
      const { home } = c.out.judged
      // Nobody misses a server that is no more.
      if (home === null) return
      if ((await on(c, home).getInfo(c.p.serverId)) === null) {
        throw problem('conflict', 'What is there may be all that there is of the server', { home })
      }
    },
    undo: nothing('it only looks'),
  })

  // Judged once more where the cleaning begins: from then on the server cannot come there until it is done.
  .step('cleaningBegun', 'Begin to clean the host', {
    event: 'audit_heal',
    do: async (c) => {
      await homeOf(c)
      const { server: serverId, host, what } = c.p.remedy
      await beginCleaning(c.tx, c.tools.start, { serverId, host, what }, c.run.id('clean'))
    },
    undo: nothing('it is the last step'),
  })
  .end({ failed: async () => {} })

/** Where the server lives whose remains are to go, or null when it does not. @throws `conflict` when they may be needed. */
async function homeOf({ tx, p }: Recorded<HealGuestParams>): Promise<HostName | null> {
  const { server: id, host, what } = p.remedy
  const found = await servers.find(tx, id)
  if (found === null || found.deletedAt !== null) return null
  const server = await servers.hold(tx, id)
  const isBusy = (await reading.activeOn(tx, serverSubject(id))) !== null
  const isMoving = (await migrations.openOf(tx, id)) !== null
  const isHome = server.host === host
  if (isBusy || isMoving || server.host === null || isHome !== (what === 'remains')) {
    throw problem('conflict', 'That has changed since the audit looked', { server: id, host })
  }
  return server.host
}
