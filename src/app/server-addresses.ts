/** Addresses of a server that are added and taken away: its own, and floating ones that lead to it. */
import { allow } from '../domain/server-actions.ts'
import type { Identity } from '../domain/identity.ts'
import type { PortId } from '../domain/ids.ts'
import { canonicalAddress } from '../domain/network/address.ts'
import type { FloatingIp, Port } from '../domain/network/network.ts'
import type { Server } from '../domain/server.ts'
import { isProblem, problem } from '../lib/problem.ts'
import { injectNetwork } from '../operations/inject-network.ts'
import { serverSubject } from '../operations/kit.ts'
import { giveBack } from '../store/network/addresses.ts'
import * as floatingIps from '../store/network/floating-ips.ts'
import * as records from '../store/network/port-records.ts'
import { addAddress, portsOfServer } from '../store/network/ports.ts'
import type { Tx } from '../store/store.ts'
import { authorize } from './authorize.ts'
import type { Context } from './context.ts'
import { sees } from './network/policy.ts'
import { updateFloatingIp } from './network/floating-ips.ts'
import { hostOf } from './servers/power.ts'
import { holdServer } from './servers/context.ts'
import type { ServerContext } from './servers/context.ts'
import { visibleServer } from './shown-servers.ts'

/** Gives the server another address on a network that it is on. @throws `invalid` when none is left. */
export async function addFixedIp(
  ctx: ServerContext,
  who: Identity,
  id: string,
  networkId: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-multinic:add', server)
    allow(who, server, 'inject-network-info')
    const ports = await portsOfServer(tx, server.id)
    const port = ports.find((each) => each.networkId === networkId)
    if (port === undefined) {
      const message = `Network could not be found for instance ${server.id}.`
      throw problem('not-found', message, { server: server.id })
    }
    try {
      await addAddress(tx, port, ctx.random)
    } catch (thrown) {
      if (!isProblem(thrown, 'conflict')) throw thrown
      throw problem('invalid', 'No fixed IP addresses available.', {}, { cause: thrown })
    }
    await tell(ctx, tx, server)
  })
}

/** Takes an address of its own away from a server. @throws `not-found` when it has no such address. */
export async function removeFixedIp(
  ctx: ServerContext,
  who: Identity,
  id: string,
  address: string,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const server = await holdServer(tx, who, id)
    authorize(who, 'os-multinic:remove', server)
    allow(who, server, 'inject-network-info')
    const asked = canonicalAddress(address)
    for (const port of await portsOfServer(tx, server.id)) {
      const fixed = port.fixedIps.find((each) => each.address === asked)
      if (fixed === undefined) continue
      await giveBack(tx, port.id, fixed)
      return await tell(ctx, tx, server)
    }
    const message = `Fixed IP not found for instance ${server.id}.`
    throw problem('not-found', message, { server: server.id })
  })
}

/** Makes a floating address lead to the server: to the address of its own that was named, or to its first. */
export async function addFloatingIp(
  ctx: ServerContext,
  who: Identity,
  id: string,
  wish: { readonly address: string; readonly fixedAddress: string | null },
): Promise<void> {
  const { server, ports } = await serverWithPorts(ctx, who, id, 'os-floating-ips:add')
  const lead = leadOf(server, ports, wish)
  const floating = await floatingAt(ctx, who, wish.address)
  if (floating === null) throw problem('not-found', 'floating IP not found')
  try {
    await updateFloatingIp(ctx, who, floating.id, { lead })
  } catch (thrown) {
    if (isProblem(thrown, 'conflict')) {
      throw problem('invalid', 'floating IP is already associated', {}, { cause: thrown })
    }
    if (!isProblem(thrown, 'not-found') && !isProblem(thrown, 'invalid')) throw thrown
    const { address } = wish
    const message = `Unable to associate floating IP ${address} to fixed IP ${lead.fixedAddress} for instance ${server.id}. Error: ${thrown.message}`
    throw problem('invalid', message, {}, { cause: thrown })
  }
}

/** @throws `conflict` when the address does not lead to this server. */
export async function removeFloatingIp(
  ctx: ServerContext,
  who: Identity,
  id: string,
  address: string,
): Promise<void> {
  const { server, ports } = await serverWithPorts(ctx, who, id, 'os-floating-ips:remove')
  const floating = await floatingAt(ctx, who, address)
  if (floating === null) throw problem('not-found', 'floating IP not found')
  if (!ports.some((port) => port.id === floating.portId)) {
    const message = `Floating IP ${address} is not associated with instance ${server.id}.`
    throw problem('conflict', message, { server: server.id })
  }
  await updateFloatingIp(ctx, who, floating.id, { lead: null })
}

/** What each of these ports is plugged into. */
export async function serversOfPorts(
  ctx: Context,
  ids: readonly PortId[],
): Promise<ReadonlyMap<PortId, string>> {
  const ports = await ctx.store.read(async (reader) => await records.list(reader, { ids }))
  return new Map(ports.map((port) => [port.id, port.deviceId]))
}

/** The guest's network is put in order on its host. */
async function tell(ctx: ServerContext, tx: Tx, server: Server): Promise<void> {
  const params = { serverId: server.id, host: hostOf(server) }
  await ctx.start(tx, injectNetwork, { subject: serverSubject(server.id), params })
}

async function serverWithPorts(
  ctx: ServerContext,
  who: Identity,
  id: string,
  rule: 'os-floating-ips:add' | 'os-floating-ips:remove',
): Promise<{ readonly server: Server; readonly ports: readonly Port[] }> {
  return await ctx.store.read(async (reader) => {
    const server = await visibleServer(reader, who, id, rule)
    return { server, ports: await portsOfServer(reader, server.id) }
  })
}

async function floatingAt(
  ctx: Context,
  who: Identity,
  address: string,
): Promise<FloatingIp | null> {
  const all = await ctx.store.read(async (reader) => await floatingIps.list(reader, sees(who)))
  const asked = canonicalAddress(address)
  return all.find((each) => each.address === asked) ?? null
}

function leadOf(
  server: Server,
  ports: readonly Port[],
  { address, fixedAddress }: { readonly address: string; readonly fixedAddress: string | null },
): { readonly portId: PortId; readonly fixedAddress: string } {
  const all = ports.flatMap((port) =>
    port.fixedIps.map((fixed) => ({ portId: port.id, fixedAddress: fixed.address })),
  )
  if (ports.length === 0) throw problem('invalid', 'Instance network is not ready yet')
  if (all.length === 0) throw problem('invalid', 'No fixed IPs associated to instance')
  if (fixedAddress !== null) {
    const asked = canonicalAddress(fixedAddress)
    const named = all.find((each) => each.fixedAddress === asked)
    if (named !== undefined) return named
    throw problem('invalid', 'Specified fixed address not assigned to instance')
  }
  const first = all.find((each) => !each.fixedAddress.includes(':'))
  if (first !== undefined) return first
  const message = `Unable to associate floating IP ${address} to any fixed IPs for instance ${server.id}. Instance has no fixed IPv4 addresses to associate.`
  throw problem('invalid', message, { server: server.id })
}
