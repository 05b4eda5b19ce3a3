/** Destroying a guest, and being sure of what came of it. */
import type { HostVerbs } from '../agents/hosts.ts'
import type { HostName, ServerId } from '../domain/ids.ts'
import { asProblem, problem } from '../lib/problem.ts'
import { on } from './kit.ts'
import type { Called, ServerParams } from './kit.ts'

/** For hosts that must say what became of the guest before anything can go on. */
export const asLongAsItTakes = Number.MAX_SAFE_INTEGER

/**
 * Destroys the server's guest on the host. A host that says no may have done it all the same: its failure is passed on only when
 * the guest is found to be still there, and then nothing has happened. One that says no to this question as well is asked again.
 */
export async function destroyOrFindIntact(c: Called<ServerParams>, name: HostName): Promise<void> {
  const host = on(c, name)
  try {
    await host.destroy(c.p.serverId)
  } catch (thrown) {
    const failure = asProblem(thrown)
    if (failure.kind === 'unavailable' || failure.kind === 'stale') throw failure
    if (await isThere(host, c.p.serverId)) throw failure
  }
}

/** @throws `unavailable` when the host does not say. */
async function isThere(host: HostVerbs, serverId: ServerId): Promise<boolean> {
  try {
    return (await host.getInfo(serverId)) !== null
  } catch (thrown) {
    const { kind, message } = asProblem(thrown)
    if (kind === 'unavailable' || kind === 'stale') throw thrown
    throw problem('unavailable', message)
  }
}
