/** Bindings of ports to hosts, for admins and services. What live migrations do with them is in the store. */
import type { Identity } from '../../domain/identity.ts'
import type { HostName, PortId } from '../../domain/ids.ts'
import type { Binding } from '../../domain/network/network.ts'
import { activeBinding } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import * as bindings from '../../store/network/bindings.ts'
import * as records from '../../store/network/port-records.ts'
import type { Reader } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { requireTrust } from './policy.ts'
import { getPort, visiblePort } from './ports.ts'

export async function listBindings(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly Binding[]> {
  requireTrust(who, 'get_port_binding')
  return (await getPort(ctx, who, id)).bindings
}

export async function addBinding(
  ctx: Context,
  who: Identity,
  id: string,
  host: HostName,
): Promise<Binding> {
  requireTrust(who, 'create_port_binding')
  return await ctx.store.transaction(async (tx) => {
    const port = await visiblePort(tx, who, id)
    if (port.bindings.some((binding) => binding.host === host)) {
      const message = `Binding for port ${id} on host ${host} already exists.`
      throw problem('conflict', message, { type: 'PortBindingAlreadyExists' })
    }
    if (activeBinding(port) === null) await bindings.bind(tx, [port.id], host)
    else await bindings.addInactive(tx, [port.id], host)
    return await bindingOn(tx, port.id, host)
  })
}

export async function activateBinding(
  ctx: Context,
  who: Identity,
  id: string,
  host: HostName,
): Promise<Binding> {
  requireTrust(who, 'activate')
  return await ctx.store.transaction(async (tx) => {
    const port = await visiblePort(tx, who, id)
    const binding = await bindingOn(tx, port.id, host)
    if (binding.status === 'ACTIVE') {
      const message = `Binding for port ${id} on host ${host} is already active.`
      throw problem('conflict', message, { type: 'PortBindingAlreadyActive' })
    }
    await bindings.activate(tx, [port.id], host)
    return await bindingOn(tx, port.id, host)
  })
}

export async function removeBinding(
  ctx: Context,
  who: Identity,
  id: string,
  host: HostName,
): Promise<void> {
  requireTrust(who, 'delete_port_binding')
  await ctx.store.transaction(async (tx) => {
    const port = await visiblePort(tx, who, id)
    await bindingOn(tx, port.id, host)
    await bindings.removeOn(tx, [port.id], host)
  })
}

async function bindingOn(reader: Reader, id: PortId, host: HostName): Promise<Binding> {
  const found = (await records.get(reader, id)).bindings.find((binding) => binding.host === host)
  if (found === undefined) {
    const message = `Binding for port ${id} for host ${host} could not be found.`
    throw problem('not-found', message, { type: 'PortBindingNotFound' })
  }
  return found
}
