/** The hosts to choose among, as the database has them. */
import type { HostName } from '../domain/ids.ts'
import * as hosts from '../store/compute/hosts.ts'
import { stocksOf } from '../store/placement/host-stocks.ts'
import type { Fleet } from './placing.ts'

/** Looks at every host, each time. Exact; its cost grows with the number of hosts. */
export function databaseFleet(isHostUp: (host: HostName) => boolean): Fleet {
  return {
    views: async (tx) => {
      const all = await hosts.list(tx)
      const stocks = await stocksOf(
        tx,
        all.map((host) => host.providerId),
      )
      return all.map((host) => ({
        host: host.name,
        provider: host.providerId,
        zone: host.zone,
        up: !host.forcedDown && isHostUp(host.name),
        disabled: host.disabled,
        traits: stocks.get(host.providerId)?.traits ?? new Set(),
        free: stocks.get(host.providerId)?.free ?? {},
        total: stocks.get(host.providerId)?.total ?? {},
      }))
    },
  }
}
