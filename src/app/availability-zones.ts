/** Availability zones: names for groups of hosts that fail together, which users choose between. */
import { isUp } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import * as hosts from '../store/compute/hosts.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { listServices } from './services.ts'
import type { ServiceShown } from './services.ts'

export type Zone = {
  readonly name: string
  /** Whether anything can be placed there. */
  readonly available: boolean
}

export type ZoneDetail = Zone & { readonly services: readonly ServiceShown[] }

/** A zone is available as long as one of its hosts takes new servers. Those that are not are named as well. */
export async function listZones(ctx: Context, who: Identity): Promise<readonly Zone[]> {
  authorize(who, 'os-availability-zone:list')
  const now = ctx.clock.now()
  const all = await ctx.store.read(async (reader) => await hosts.list(reader))
  const names = [...new Set(all.map(({ zone }) => zone))].toSorted()
  const zones = names.map((name) => ({
    name,
    available: all.some((host) => host.zone === name && !host.disabled && isUp(host, now)),
  }))
  return zones.toSorted((a, b) => Number(b.available) - Number(a.available))
}

/** With what is in each, the control plane's own zone among them. */
export async function listZoneDetails(ctx: Context, who: Identity): Promise<readonly ZoneDetail[]> {
  authorize(who, 'os-availability-zone:detail')
  const services = await listServices(ctx, who, { host: null, binary: null })
  const names = [...new Set(services.map(({ zone }) => zone))].toSorted()
  return names.map((name) => {
    const within = services.filter(({ zone }) => zone === name)
    return { name, available: within.some(({ disabled, up }) => !disabled && up), services: within }
  })
}
