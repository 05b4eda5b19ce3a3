/**
 * Clean a host of what a server left there, however long it takes to reach it.
 *
 * It owns a subject of its own, so the server is free meanwhile; only back to this host it may not come before the cleaning
 * is done. So nothing that is there by right is ever touched: either the verb itself leaves a guest alone, or there can be
 * none.
 */
import type { HostName, ServerId } from '../domain/ids.ts'
import { nothing } from '../saga/nothing.ts'
import * as sagas from '../store/sagas/rows.ts'
import type { Tx } from '../store/store.ts'
import { cleaningSubject, on, operation } from './kit.ts'
import type { Cleaning, Starter } from './kit.ts'

export type CleanHostParams = {
  readonly serverId: ServerId
  readonly host: HostName
  /** `remains`: everything but a guest that is there by right. `everything`: the server is elsewhere, or gone. */
  readonly what: Cleaning
}

export const cleanHost = operation<CleanHostParams>('host.clean')
  .pointOfNoReturn('what is left there is of no use to anybody')
  .hostStep('cleaned', 'Delete what the server left on the host', {
    event: 'compute_clean_host',
    on: ({ p }) => p.host,
    do: async (c) => {
      const { host, serverId, what } = c.p
      if (what === 'everything') await on(c, host).destroy(serverId)
      else await on(c, host).confirmMigration(serverId)
    },
    undo: nothing('deleting remains is what is wanted in any case'),
  })
  .end({ failed: async () => {} })

/** Starts the cleaning in a step's transaction, unless the same is under way already. */
export async function beginCleaning(
  tx: Tx,
  start: Starter,
  params: CleanHostParams,
  id: string,
): Promise<void> {
  const { host, serverId, what } = params
  const subject = cleaningSubject(host, serverId, what)
  if ((await sagas.activeOn(tx, subject)) !== null) return
  await start(tx, cleanHost, { id, subject, params })
}
