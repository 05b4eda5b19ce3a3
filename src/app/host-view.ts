/** Hosts as operators saw them before there were hypervisors and services: what each has, what is used of it, and by whom. */
import type { Host } from '../domain/host.ts'
import type { Identity } from '../domain/identity.ts'
import type { HostName } from '../domain/ids.ts'
import { problem } from '../lib/problem.ts'
import { nothingUsed, useOfHosts } from '../store/compute/host-use.ts'
import * as hosts from '../store/compute/hosts.ts'
import { chargesOnHost } from '../store/compute/servers-on-host.ts'
import type { Reader } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'

export type HostShare = {
  /** A project's id, or one of the words for all of it. */
  readonly of: string
  readonly vcpus: number
  readonly memoryMb: number
  readonly diskGb: number
}

/** The whole of a host first, then what is used, what the servers there may use, and that again by project. */
export async function showHost(
  ctx: Context,
  who: Identity,
  name: string,
): Promise<readonly HostShare[]> {
  authorize(who, 'os-hosts:show')
  return await ctx.store.read(async (reader) => {
    const { name: host, resources } = await knownHost(reader, name)
    const used = (await useOfHosts(reader)).get(host) ?? nothingUsed
    const byProject = await chargesOnHost(reader, host)
    const sum = (amount: 'diskGb' | 'memoryMb' | 'vcpus'): number =>
      byProject.reduce((total, each) => total + each[amount], 0)
    return [
      { of: '(total)', ...resources },
      { of: '(used_now)', ...used },
      { of: '(used_max)', vcpus: sum('vcpus'), memoryMb: sum('memoryMb'), diskGb: sum('diskGb') },
      ...byProject.map(({ projectId, ...amounts }) => ({ of: projectId, ...amounts })),
    ]
  })
}

/** Takes a host into service or out of it. */
export async function switchHost(
  ctx: Context,
  who: Identity,
  name: string,
  disabled: boolean,
): Promise<void> {
  authorize(who, 'os-hosts:update')
  await ctx.store.transaction(async (tx) => {
    const host = await knownHost(tx, name)
    await hosts.change(tx, host.name, { disabled, disabledReason: null }, ctx.clock.now())
  })
}

/** @throws `not-found` */
export async function checkHost(
  ctx: Context,
  who: Identity,
  name: string,
  rule: 'os-hosts:reboot' | 'os-hosts:shutdown' | 'os-hosts:start' | 'os-hosts:update',
): Promise<void> {
  authorize(who, rule)
  await ctx.store.read(async (reader) => await knownHost(reader, name))
}

async function knownHost(reader: Reader, name: string): Promise<Host> {
  // A name that no host has finds nothing.
  const host = await hosts.find(reader, name as HostName)
  if (host !== null) return host
  throw problem('not-found', `Compute host ${name} could not be found.`, { host: name })
}
