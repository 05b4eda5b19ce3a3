/**
 * Which servers must not run on which hosts any more: those that are being evacuated from there, or have been, and those that
 * the host is to be cleaned of, because they are elsewhere or gone.
 *
 * It is what a host asks for when it comes back: see `agents/admission.ts`.
 */
import type { GivenUp } from '../agents/admission.ts'
import type { HostName, ServerId } from '../domain/ids.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as sagas from '../store/sagas/reading.ts'
import type { Store } from '../store/store.ts'
import { cleaningOf, everyCleaning, serverSubject } from './kit.ts'

export type GivenUpReader = (
  host: HostName | null,
) => Promise<ReadonlyMap<HostName, readonly GivenUp[]>>

/** Reads from that store, for one host or for all of them. */
export function givenUpIn(store: Store): GivenUpReader {
  return async (host) => {
    const found: { readonly host: HostName; readonly server: ServerId }[] = []
    const epochs = await store.read(async (reader) => {
      for (const { source, serverId } of await migrations.openEvacuations(reader)) {
        if (source !== null) found.push({ host: source, server: serverId })
      }
      for (const subject of await sagas.activeSubjects(reader, everyCleaning)) {
        const cleaning = cleaningOf(subject)
        if (cleaning?.what === 'everything') found.push(cleaning)
      }
      const subjects = new Set(found.map(({ server }) => serverSubject(server)))
      return await sagas.epochsOf(reader, [...subjects])
    })
    const lists = new Map<HostName, GivenUp[]>()
    for (const { host: on, server } of found) {
      if (host !== null && on !== host) continue
      const subject = serverSubject(server)
      const list = lists.get(on) ?? []
      list.push({ server, subject, epoch: epochs.get(subject) ?? 0 })
      lists.set(on, list)
    }
    return lists
  }
}
