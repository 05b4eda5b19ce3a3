/** The interfaces of a server: its ports, as Compute shows them. */
import type { Identity } from '../domain/identity.ts'
import type { Port } from '../domain/network/network.ts'
import type { Rule } from '../domain/policy.ts'
import { problem } from '../lib/problem.ts'
import { portsOfServer } from '../store/network/ports.ts'
import type { Reader } from '../store/store.ts'
import type { Context } from './context.ts'
import { visibleServer } from './shown-servers.ts'

export async function listInterfaces(
  ctx: Context,
  who: Identity,
  id: string,
): Promise<readonly Port[]> {
  return await ctx.store.read(
    async (reader) => await ports(reader, who, id, 'os-attach-interfaces:list'),
  )
}

/** @throws `not-found` when the server has no such port. */
export async function showInterface(
  ctx: Context,
  who: Identity,
  id: string,
  portId: string,
): Promise<Port> {
  return await ctx.store.read(async (reader) => {
    const all = await ports(reader, who, id, 'os-attach-interfaces:show')
    const port = all.find((each) => each.id === portId)
    if (port !== undefined) return port
    const message = `Instance ${id} does not have a port with id ${portId}`
    throw problem('not-found', message, { server: id, port: portId })
  })
}

async function ports(
  reader: Reader,
  who: Identity,
  id: string,
  rule: Rule,
): Promise<readonly Port[]> {
  const server = await visibleServer(reader, who, id, rule)
  return await portsOfServer(reader, server.id)
}
