/**
 * Cleans hosts that have come back of the servers that were evacuated from them meanwhile.
 *
 * Only evacuations that are done count: before that the server still belongs to the host, and what is there may be all there is
 * of it. It looks at which hosts answer, not at what operators say of them: a host that was forced down is cleaned before it may
 * be used again.
 */
import type { HostName } from '../domain/ids.ts'
import { cleanEvacuated } from '../operations/clean-evacuated.ts'
import { cleaningSubject } from '../operations/kit.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Reconciler } from './loops.ts'
import type { Reconciling } from './reconciling.ts'

export function returnedHosts(ctx: Reconciling): Reconciler {
  return { name: 'returned hosts', everyMs: 5_000, run: async () => await cleanReturned(ctx) }
}

async function cleanReturned(ctx: Reconciling): Promise<void> {
  const owed = await ctx.store.read(async (reader) => await migrations.doneEvacuations(reader))
  for (const { id: migrationId, serverId, source } of owed) {
    if (source === null || !ctx.hosts.isUp(source)) continue
    await ctx.store.transaction(async (tx) => {
      const host: HostName = source
      const subject = cleaningSubject(host, serverId, 'everything')
      if ((await sagas.activeOn(tx, subject)) !== null) return
      await ctx.start(tx, cleanEvacuated, { subject, params: { serverId, migrationId, host } })
    })
  }
}
