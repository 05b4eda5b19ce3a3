/** Attaching interfaces to servers and taking them away. */
import { allow } from '../../domain/server-actions.ts'
import type { Identity } from '../../domain/identity.ts'
import type { PortId } from '../../domain/ids.ts'
import { derivedUuid } from '../../lib/ids.ts'
import { assert, isProblem, problem } from '../../lib/problem.ts'
import {
  attachInterface as attaching,
  detachInterface as detaching,
  portOf,
} from '../../operations/interfaces.ts'
import type { NetworkRequest } from '../../operations/ports.ts'
import { serverSubject } from '../../operations/kit.ts'
import * as ports from '../../store/network/ports.ts'
import { authorize } from '../authorize.ts'
import type { RequestContext } from '../context.ts'
import { isUnsupported, notSupported } from '../server-looks.ts'
import { begin, onServer, note } from './context.ts'
import type { ServerContext } from './context.ts'
import { interfacesFor } from './network-choice.ts'
import { hostOf } from './power.ts'

/** A network or a port; neither for the one network that there is. */
export type InterfaceWish = NetworkRequest

/**
 * Attaches and waits until it is done, because its answer is the attachment. Answers the port.
 * @throws what came of it when it failed; `failed` with the status 501 when the hypervisor cannot do that.
 */
export async function attachInterface(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  wish: InterfaceWish,
): Promise<PortId> {
  const sagaId = ctx.ids.uuid()
  const portId = await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-attach-interfaces:create', server)
    refuseContradictions(wish)
    allow(who, server, 'attach_interface')
    const anyNetwork = wish.networkId === null && wish.portId === null
    const { projectId } = server
    const wishes = anyNetwork ? ('auto' as const) : [wish]
    const [chosen] = await found(interfacesFor(tx, who, projectId, wishes, 1))
    assert(chosen !== undefined, 'one wish is one interface')
    const params = { serverId: server.id, host: hostOf(server), request: chosen }
    await ctx.start(tx, attaching, { id: sagaId, subject: serverSubject(server.id), params })
    await note(ctx, tx, who, request, server, 'attach_interface', sagaId)
    return portOf(chosen, (name) => derivedUuid(sagaId, name))
  })
  const failure = await ctx.outcomeOf(sagaId)
  if (failure !== null) throw isUnsupported(failure) ? notSupported(failure) : failure
  return portId
}

/** What a new server may not be wished is a wrong wish; here it is what the request is about. */
async function found<T>(choice: Promise<T>): Promise<T> {
  try {
    return await choice
  } catch (thrown) {
    if (!isProblem(thrown, 'invalid') || thrown.details['missing'] !== true) throw thrown
    throw problem('not-found', thrown.message, thrown.details, { cause: thrown })
  }
}

function refuseContradictions({ networkId, portId, address }: InterfaceWish): void {
  if (networkId !== null && portId !== null) {
    throw problem('invalid', 'Must not input both network_id and port_id')
  }
  if (address !== null && networkId === null) {
    throw problem('invalid', 'Must input network_id when request IP address')
  }
}

/** Begins to take a port away. @throws `not-found` when it is not the server's. */
export async function detachInterface(
  ctx: ServerContext,
  who: Identity,
  request: RequestContext,
  id: string,
  portId: string,
): Promise<void> {
  await onServer(ctx, who, id, async (tx, server) => {
    authorize(who, 'os-attach-interfaces:delete', server)
    allow(who, server, 'detach_interface')
    const port = (await ports.portsOfServer(tx, server.id)).find((each) => each.id === portId)
    if (port === undefined) {
      const message = `Port id ${portId} could not be found.`
      throw problem('not-found', message, { server: server.id })
    }
    const params = { serverId: server.id, host: hostOf(server), portId: port.id }
    const action = 'detach_interface'
    await begin(ctx, tx, who, request, server, { saga: detaching, params, action })
  })
}
