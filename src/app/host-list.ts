/** Every host with what is believed of it and how much is really there, so that the two can be compared. */
import type { Host } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as inventories from '../store/placement/inventories.ts'
import type { Stock } from '../store/placement/inventories.ts'
import * as providers from '../store/placement/providers.ts'
import { operatorsOnly } from './operator.ts'
import type { ServerContext } from './servers/context.ts'
import type { Simulation } from './simulation.ts'

export type HostShown = {
  readonly host: Host
  readonly up: boolean
  readonly stocks: readonly Stock[]
  /** How many bodies, copies and remains there are; null when nobody can look. */
  readonly guests: number | null
}

export async function listHosts(
  ctx: ServerContext,
  who: Identity,
  simulation: Simulation,
): Promise<readonly HostShown[]> {
  operatorsOnly(who)
  return await ctx.store.read(async (reader) => {
    const known = await hosts.list(reader)
    const roots = await providers.named(
      reader,
      known.map((host) => host.providerId),
    )
    const stocks = Map.groupBy(
      await inventories.ofProviders(
        reader,
        roots.map((root) => root.number),
      ),
      (stock) => stock.provider,
    )
    const numbers = new Map(roots.map((root) => [root.id, root.number]))
    return known.map((host) => ({
      host,
      up: !host.forcedDown && ctx.isHostUp(host.name),
      stocks: stocks.get(numbers.get(host.providerId) ?? -1) ?? [],
      guests: simulation.guestsOn(host.name)?.length ?? null,
    }))
  })
}
