/**
 * Confirm a resize: the server stays where it went, and the source gives back what it kept.
 *
 * The source is cleaned before its claim is released, so that nobody is placed onto space not yet free. A source that cannot
 * be cleaned now is cleaned later: the user's server has nothing to do with that.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { chargeExactly } from './charging.ts'
import { haveCleaned } from './clean-host.ts'
import { on, operation } from './kit.ts'
import type { ServerParams } from './kit.ts'

export type ConfirmParams = ServerParams & {
  readonly migrationId: MigrationId
  readonly source: HostName
}

export const confirmResize = operation<ConfirmParams>('server.confirm-resize')
  .step('confirming', 'Close the door to a revert', {
    event: 'compute_confirm_resize',
    shows: { migration: 'confirming' },
    do: async () => {},
    undo: async ({ tx, p, now }) => await migrations.enter(tx, p.migrationId, 'finished', now),
  })

  .pointOfNoReturn('the disk left on the source is the only thing a revert could use')

  .hostStep('sourceCleaned', 'Delete what the source kept', {
    event: 'compute_confirm_resize',
    on: ({ p }) => p.source,
    do: async (c) => {
      await on(c, c.p.source).confirmMigration(c.p.serverId)
      return { left: false }
    },
    tolerate: { when: () => true, as: { left: true } },
    undo: nothing('after the point of no return'),
  })
  .step('confirmed', 'Give back the source and make the server plainly active', {
    event: 'compute_confirm_resize',
    do: async (c) => {
      const { tx, p, now, out } = c
      const server = await servers.hold(tx, p.serverId)
      await holdings.release(tx, p.migrationId, now)
      await migrations.enter(tx, p.migrationId, 'confirmed', now)
      const vmState = server.powerState === 'shutdown' ? 'stopped' : 'active'
      await servers.change(tx, server, { vmState, taskState: null, move: null }, now)
      await chargeExactly(tx, server, server.flavor)
      if (out.sourceCleaned.left) await haveCleaned(c, p.source, 'remains')
    },
    undo: nothing('after the point of no return'),
  })
  .end({ failed: async () => {} })
