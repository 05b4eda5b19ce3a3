/**
 * Clean a host of what a server left there, however long it takes to reach it.
 *
 * It owns a subject of its own, so the server is free meanwhile; only back to this host it may not come before the cleaning
 * is done. So nothing that is there by right is ever touched: either the verb itself leaves a guest alone, or there can be
 * none.
 */
import type { HostVerbs } from '../agents/hosts.ts'
import type { HostName, ServerId } from '../domain/ids.ts'
import { isProblem } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as reading from '../store/sagas/reading.ts'
import * as sagas from '../store/sagas/rows.ts'
import type { Tx } from '../store/store.ts'
import { tellClean } from './alone.ts'
import { cleaningSubject, on, operation, serverSubject } from './kit.ts'
import type { Called, Cleaning, Recorded, ServerParams, Starter } from './kit.ts'

export type CleanHostParams = {
  readonly serverId: ServerId
  readonly host: HostName
  /** `remains`: everything but a guest that is there by right. `everything`: the server is elsewhere, or gone. */
  readonly what: Cleaning
  /** An epoch of the server's own, above all that were given to its operations when the cleaning began. */
  readonly epoch: number
}

export const cleanHost = operation<CleanHostParams>('host.clean')
  .pointOfNoReturn('what is left there is of no use to anybody')
  .hostStep('cleaned', 'Delete what the server left on the host', {
    event: 'compute_clean_host',
    on: ({ p }) => p.host,
    do: async (c) => {
      const { serverId, what } = c.p
      await inItsName(c, async (host) => {
        if (what === 'everything') await host.destroy(serverId)
        else await host.confirmMigration(serverId)
      })
    },
    undo: nothing('deleting remains is what is wanted in any case'),
  })
  .end({
    failed: async () => {},
    succeeded: async ({ tx, p, now }) => await tellClean(tx, p.serverId, now),
  })

/**
 * Starts the cleaning in a step's transaction, unless the same is under way already. In an epoch of its own, above all that there
 * were, unless one is given.
 */
export async function beginCleaning(
  tx: Tx,
  start: Starter,
  wanted: Omit<CleanHostParams, 'epoch'> & { readonly epoch?: number },
  id: string,
): Promise<void> {
  const { host, serverId, what } = wanted
  const subject = cleaningSubject(host, serverId, what)
  if ((await reading.activeOn(tx, subject)) !== null) return
  const epoch = wanted.epoch ?? (await sagas.raiseEpoch(tx, serverSubject(serverId)))
  await start(tx, cleanHost, { id, subject, params: { ...wanted, epoch } })
}

/** Has a host cleaned, if there is one, of what this operation may have left there and need not wait for. */
export async function haveCleaned(
  { tx, p, run, tools }: Recorded<ServerParams>,
  host: HostName | null | undefined,
  what: Cleaning,
): Promise<void> {
  if (host === null || host === undefined) return
  const wanted = { serverId: p.serverId, host, what }
  await beginCleaning(tx, tools.start, wanted, run.id(`clean ${host} of ${what}`))
}

/**
 * Cleans in the server's own name, so that a call of an earlier operation is over before, and one that was held up on its way is
 * refused when it comes at last: it would make again what was destroyed, or make a guest of a copy that is being dropped. When that
 * is refused itself, a later operation has been there already, and the host does it after what is under way for that.
 */
async function inItsName(
  c: Called<CleanHostParams>,
  clean: (host: HostVerbs) => Promise<void>,
): Promise<void> {
  const { host, serverId, epoch } = c.p
  try {
    await clean(c.tools.hosts.on(host, { ...c.call, subject: serverSubject(serverId), epoch }))
  } catch (thrown) {
    if (!isProblem(thrown, 'stale')) throw thrown
    await clean(on(c, host))
  }
}
