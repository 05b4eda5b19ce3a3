/** Destroying a guest, and being sure of what came of it. */
import type { HostName } from '../domain/ids.ts'
import { asProblem } from '../lib/problem.ts'
import { on } from './kit.ts'
import type { Called, ServerParams } from './kit.ts'

/** For hosts that must say what became of the guest before anything can go on. */
export const asLongAsItTakes = Number.MAX_SAFE_INTEGER

/**
 * Destroys the server's guest on the host. A host that says no may have done it all the same: its failure is passed on only when
 * the guest is found to be still there, and then nothing has happened.
 */
export async function destroyOrFindIntact(c: Called<ServerParams>, name: HostName): Promise<void> {
  const host = on(c, name)
  try {
    await host.destroy(c.p.serverId)
  } catch (thrown) {
    const failure = asProblem(thrown)
    if (failure.kind === 'unavailable' || failure.kind === 'stale') throw failure
    if ((await host.getInfo(c.p.serverId)) !== null) throw failure
  }
}
