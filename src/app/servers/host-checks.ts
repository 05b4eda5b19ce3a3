/** Whether the hosts that an action needs can be expected to answer. */
import type { HostName } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as hosts from '../../store/compute/hosts.ts'
import type { Reader } from '../../store/store.ts'
import type { ServerContext } from './context.ts'

/** Whether the host answers and nobody said that it must be taken for lost. */
export async function isInUse(
  ctx: ServerContext,
  reader: Reader,
  host: HostName,
): Promise<boolean> {
  const record = await hosts.find(reader, host)
  return record !== null && !record.forcedDown && ctx.isHostUp(host)
}

/** @throws `conflict`, without the host's name: it is none of the user's business. */
export async function upOrRefuse(
  ctx: ServerContext,
  reader: Reader,
  host: HostName | null,
): Promise<HostName> {
  if (host === null || !(await isInUse(ctx, reader, host))) {
    throw problem('conflict', 'Service is unavailable at this time.')
  }
  return host
}

/** @throws `invalid` */
export function refuseForceWithoutHost(wish: {
  readonly host: string | null
  readonly forced?: boolean
}): void {
  if (wish.forced !== true || wish.host !== null) return
  throw problem('invalid', "Can't force to a non-provided destination")
}
