/** Asking a server's host about its guest, and what the answer means for the server when there is none. */
import type { HostName } from '../domain/ids.ts'
import type { Server } from '../domain/server.ts'
import { isProblem, problem } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import * as servers from '../store/compute/servers.ts'
import { hostOf } from './servers/power.ts'
import type { Looks, ServerContext } from './servers/context.ts'

/**
 * @throws `conflict` for a server that has no guest yet, `not-found` when the host knows no guest of it, `failed` with the
 *   status 501 when its hypervisor cannot do that.
 */
export async function askHost<T>(
  ctx: ServerContext,
  server: Server,
  ask: (host: Looks, name: HostName) => Promise<T>,
): Promise<T> {
  const name = hostOf(server)
  try {
    return await ask(ctx.lookAt(name), name)
  } catch (thrown) {
    if (!isProblem(thrown, 'failed')) throw thrown
    if (thrown.details['exception'] !== 'InstanceNotFound') {
      throw isUnsupported(thrown) ? notSupported(thrown) : thrown
    }
    if (server.vmState !== 'building') throw servers.noSuch(server.id)
    throw problem('conflict', `Instance ${server.id} is not ready`, {}, { cause: thrown })
  }
}

/** Whether the server's hypervisor has said that it cannot do what it was asked for. */
export function isUnsupported({ details }: Problem): boolean {
  return details['exception'] === 'NotImplementedError'
}

/** What its owner is told then. */
export function notSupported(
  cause: Problem,
  message = 'The requested functionality is not supported.',
): Problem {
  return problem('failed', message, { status: 501 }, { cause })
}
