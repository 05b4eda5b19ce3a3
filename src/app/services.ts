/** Services: the compute service of each host, and the control plane's own, which operators look for by name. */
import type { Host } from '../domain/host.ts'
import { isUp } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import type { Instant } from '../lib/clock.ts'
import { derivedUuid } from '../lib/ids.ts'
import { problem } from '../lib/problem.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as migrations from '../store/compute/migrations.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { removeHost } from './hosts/remove.ts'

export type ServiceShown = {
  readonly id: string
  readonly number: number
  readonly binary: string
  readonly host: string
  readonly zone: string
  readonly up: boolean
  readonly disabled: boolean
  readonly disabledReason: string | null
  readonly forcedDown: boolean
  readonly seenAt: Instant
}

const computeBinary = 'nova-compute'

/** What monitors expect beside the hosts: parts of the control plane that here are one process. */
const controlBinaries = ['nova-scheduler', 'nova-conductor'] as const
const controlHost = 'berth'

export async function listServices(
  ctx: Context,
  who: Identity,
  filter: { readonly host: string | null; readonly binary: string | null },
): Promise<readonly ServiceShown[]> {
  authorize(who, 'os-services:list')
  const now = ctx.clock.now()
  const all = await ctx.store.read(async (reader) => await hosts.list(reader))
  return [...controlServices(now), ...all.map((host) => shown(host, now))]
    .filter(({ host }) => filter.host === null || host === filter.host)
    .filter(({ binary }) => filter.binary === null || binary === filter.binary)
}

export type ServiceWish = {
  readonly disabled?: boolean
  readonly disabledReason?: string | null
  readonly forcedDown?: boolean
}

/** Which service: by its id, or by the name of its host and what it is, as older clients say. */
export type ServiceRef =
  | { readonly id: string }
  | { readonly host: string; readonly binary: string }

/**
 * Takes a host into service or out of it.
 * @throws `invalid` when it is not the compute service of a host, `not-found` when there is none.
 */
export async function updateService(
  ctx: Context,
  who: Identity,
  ref: ServiceRef,
  wish: ServiceWish,
): Promise<ServiceShown> {
  authorize(who, 'os-services:update')
  const now = ctx.clock.now()
  return await ctx.store.transaction(async (tx) => {
    const host = await hostOf(tx, ref, now)
    if (wish.forcedDown === false && host.forcedDown) await refuseLeftovers(tx, host)
    await hosts.change(tx, host.name, wish, now)
    return shown({ ...host, ...wish }, now)
  })
}

/** Forgets a host that has no servers and no open moves. */
export async function deleteService(ctx: Context, who: Identity, ref: ServiceRef): Promise<void> {
  authorize(who, 'os-services:delete')
  const now = ctx.clock.now()
  await ctx.store.transaction(async (tx) => {
    const host = await hostOf(tx, ref, now)
    await removeHost(tx, host, now)
  })
}

/** The host whose service is meant. */
async function hostOf(reader: Reader, ref: ServiceRef, now: Instant): Promise<Host> {
  const all = await hosts.list(reader)
  if ('id' in ref) {
    const host = all.find(
      (each) => shown(each, now).id === ref.id || String(shown(each, now).number) === ref.id,
    )
    if (host !== undefined) return host
    if (controlServices(now).some(({ id, number }) => id === ref.id || String(number) === ref.id)) {
      throw problem('invalid', `Updating a service that is not ${computeBinary} is not supported.`)
    }
    throw problem('not-found', `Service ${ref.id} could not be found.`, { service: ref.id })
  }
  const host = all.find(({ name }) => name === ref.host)
  if (ref.binary !== computeBinary || host === undefined) {
    const message = `Could not find binary ${ref.binary} on host ${ref.host}.`
    throw problem('not-found', message, { host: ref.host })
  }
  return host
}

/** A host may come back only when those who were evacuated from it are no longer expected there. */
async function refuseLeftovers(reader: Reader, host: Host): Promise<void> {
  const left = (await migrations.touching(reader, host.name)).some(
    ({ kind, source, status }) =>
      kind === 'evacuation' && source === host.name && status === 'done',
  )
  if (!left) return
  const message = `Unable to force up host ${host.name} as it still has evacuated guests to be cleaned up.`
  throw problem('invalid', message, { host: host.name })
}

/** The number of a host's service: the control plane's own come first. */
export function serviceNumber(host: Host): number {
  return host.number + controlBinaries.length
}

function shown(host: Host, now: Instant): ServiceShown {
  return {
    id: host.serviceId,
    number: serviceNumber(host),
    binary: computeBinary,
    host: host.name,
    zone: host.zone,
    up: isUp(host, now),
    disabled: host.disabled,
    disabledReason: host.disabledReason,
    forcedDown: host.forcedDown,
    seenAt: host.seenAt,
  }
}

function controlServices(now: Instant): readonly ServiceShown[] {
  return controlBinaries.map((binary, index) => ({
    id: derivedUuid('service', binary),
    number: index + 1,
    binary,
    host: controlHost,
    zone: 'internal',
    up: true,
    disabled: false,
    disabledReason: null,
    forcedDown: false,
    seenAt: now,
  }))
}
