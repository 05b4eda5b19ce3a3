/**
 * Clean a host that has come back of a server that was evacuated from it.
 *
 * What is there may only be destroyed if the server belongs to another host by now. Whether it does is read in the step before;
 * it cannot change meanwhile, because a server cannot be placed onto a host that is being cleaned of it.
 */
import type { HostName, MigrationId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { tellClean } from './alone.ts'
import { on, operation } from './kit.ts'
import type { ServerParams } from './kit.ts'

export type CleanEvacuatedParams = ServerParams & {
  readonly migrationId: MigrationId
  readonly host: HostName
}

export const cleanEvacuated = operation<CleanEvacuatedParams>('host.clean-evacuated')
  .pointOfNoReturn('what is left there is of no use to anybody')
  .step('judged', 'Make sure that the server belongs to another host', {
    event: 'compute_clean_host',
    do: async ({ tx, p }) => {
      const server = await servers.find(tx, p.serverId)
      return { elsewhere: server === null || server.deletedAt !== null || server.host !== p.host }
    },
    undo: nothing('it only looks'),
  })
  .hostStep('cleaned', 'Destroy what the server left on the host', {
    event: 'compute_clean_host',
    on: ({ p }) => p.host,
    do: async (c) => {
      if (c.out.judged.elsewhere) await on(c, c.p.host).destroy(c.p.serverId)
    },
    undo: nothing('destroying it is what is wanted in any case'),
  })
  .step('settled', 'Give back what was held on the host', {
    event: 'compute_clean_host',
    do: async ({ tx, p, now }) => {
      const migration = await migrations.find(tx, p.migrationId)
      if (migration?.status !== 'done') return
      await holdings.release(tx, p.migrationId, now)
      await migrations.enter(tx, p.migrationId, 'completed', now)
    },
    undo: nothing('it is the last step'),
  })
  .end({
    failed: async () => {},
    succeeded: async ({ tx, p, now }) => await tellClean(tx, p.serverId, now),
  })
