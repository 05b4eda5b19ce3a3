/**
 * A move that ends on the host where it began.
 *
 * Of each class the host is charged the larger of the two sizes: the server holds the new one, the migration what the old one
 * has more. So a host that is nearly full can resize in place, and going back needs no room that is not held already.
 */
import type { HostName } from '../domain/ids.ts'
import { needOf } from '../domain/need.ts'
import type { Holder } from '../domain/placement/holding.ts'
import type { FlavorCopy } from '../domain/server.ts'
import type { Instant } from '../lib/clock.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as holdings from '../store/placement/holdings.ts'
import type { Tx } from '../store/store.ts'
import { amountsOn } from './placing.ts'

/** Goes back to the old size alone, held by whoever shall hold it. Both holders give back what they had. */
export async function holdOldAlone(
  tx: Tx,
  holder: Holder,
  was: {
    readonly host: HostName
    readonly flavor: FlavorCopy
    readonly holders: readonly string[]
  },
  now: Instant,
): Promise<void> {
  for (const id of was.holders) await holdings.release(tx, id, now)
  const { providerId } = await hosts.get(tx, was.host)
  await holdings.restore(tx, holder, amountsOn(providerId, needOf(was.flavor)), now)
}
