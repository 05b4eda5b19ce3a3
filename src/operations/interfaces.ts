/**
 * Attach an interface to a server that is there, or take one away.
 *
 * The port is the network's, its plug the host's. An attachment that fails leaves neither; a detachment that fails leaves both,
 * unless the host is gone for good: then the port is the network's again, as whoever asked wanted.
 */
import type { PortId } from '../domain/ids.ts'
import type { GuestPort } from '../drivers/virt-driver.ts'
import { assert } from '../lib/problem.ts'
import { nothing } from '../saga/nothing.ts'
import * as servers from '../store/compute/servers.ts'
import { detachFromServer } from '../store/network/ports.ts'
import { on, operation } from './kit.ts'
import { bindPorts, guestPortsOf, makePorts } from './ports.ts'
import type { NetworkRequest } from './ports.ts'
import { lastStep } from './settling.ts'
import type { HostedParams } from './settling.ts'

export type AttachInterfaceParams = HostedParams & { readonly request: NetworkRequest }
export type DetachInterfaceParams = HostedParams & { readonly portId: PortId }

/** The port that an attachment is about: one that exists, or the one that the operation of this id makes. */
export function portOf(request: NetworkRequest, idOf: (name: string) => string): PortId {
  // Derived like the id that `makePorts` gives the first port.
  return request.portId ?? (idOf('port 0') as PortId)
}

export const attachInterface = operation<AttachInterfaceParams>('server.attach-interface')
  .step('portMade', 'Give the server another port', {
    event: 'compute_attach_interface',
    do: async ({ tx, p, now, run }): Promise<GuestPort> => {
      const server = await servers.hold(tx, p.serverId)
      await makePorts(tx, server, [p.request], { now, idOf: (name) => run.id(name) })
      await bindPorts(tx, p.serverId, p.host)
      const id = portOf(p.request, (name) => run.id(name))
      const port = (await guestPortsOf(tx, p.serverId)).find((each) => each.id === id)
      assert(port !== undefined, 'a port that was made is there', { port: id })
      return port
    },
    undo: async ({ tx, p, run }) => {
      await detachFromServer(
        tx,
        p.serverId,
        portOf(p.request, (name) => run.id(name)),
      )
    },
  })
  .hostStep('plugged', 'Plug the port into the guest', {
    event: 'compute_attach_interface',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).attachInterface(c.p.serverId, c.out.portMade),
    undo: async (c) => {
      const port = portOf(c.p.request, (name) => c.run.id(name))
      await on(c, c.p.host).detachInterface(c.p.serverId, port)
    },
    // A guest that has it after all loses it when the host is back (reconcilers/stray-plugs.ts), or when it is rebooted.
    stranded: {
      title: 'Take the port away; the host forgets it when it is back',
      do: async ({ tx, p, run }) => {
        await detachFromServer(
          tx,
          p.serverId,
          portOf(p.request, (name) => run.id(name)),
        )
      },
    },
  })
  .end({ failed: async () => {} })

export const detachInterface = operation<DetachInterfaceParams>('server.detach-interface')
  .step('portSeen', 'Look how the port is plugged', {
    event: 'compute_detach_interface',
    // None when it is not the server's: a host that was away may have plugged one that was given up (reconcilers/stray-plugs.ts).
    do: async ({ tx, p }): Promise<{ readonly own: GuestPort | null }> => {
      const ports = await guestPortsOf(tx, p.serverId)
      return { own: ports.find(({ id }) => id === p.portId) ?? null }
    },
    undo: nothing('it only looks'),
  })
  .hostStep('unplugged', 'Unplug the port from the guest', {
    event: 'compute_detach_interface',
    on: ({ p }) => p.host,
    do: async (c) => await on(c, c.p.host).detachInterface(c.p.serverId, c.p.portId),
    // A host that says no may have unplugged it before.
    undo: async (c) => {
      const own = c.out.portSeen?.own ?? null
      if (own !== null) await on(c, c.p.host).attachInterface(c.p.serverId, own)
    },
    // A guest that still has it loses it when the host is back.
    stranded: {
      title: 'Take the port away; the host forgets it when it is back',
      do: async ({ tx, p }) => await detachFromServer(tx, p.serverId, p.portId),
    },
  })
  .step('portReleased', 'Take the port away from the server', {
    event: 'compute_detach_interface',
    do: async ({ tx, p }) => await detachFromServer(tx, p.serverId, p.portId),
    undo: lastStep,
  })
  .end({ failed: async () => {} })
