/** The interfaces that new servers get: what was asked for, checked, or what there is. */
import type { Identity } from '../../domain/identity.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { Network, Port } from '../../domain/network/network.ts'
import { allows } from '../../domain/policy.ts'
import { problem } from '../../lib/problem.ts'
import type { NetworkRequest } from '../../operations/ports.ts'
import * as networks from '../../store/network/networks.ts'
import * as ports from '../../store/network/port-records.ts'
import type { Tx } from '../../store/store.ts'

/**
 * - `auto`: the one network that the project can use. - `none`: no interface. - `any`: the one network if there is one, and
 * none otherwise, as before clients had to say.
 */
export type NetworkWish = 'auto' | 'none' | 'any' | readonly NetworkRequest[]

/**
 * @throws `invalid` for what does not exist or cannot be given to several servers at once, `conflict` when there are several
 *   networks to choose from or a port is in use.
 */
export async function interfacesFor(
  tx: Tx,
  who: Identity,
  projectId: ProjectId,
  wish: NetworkWish,
  count: number,
): Promise<readonly NetworkRequest[]> {
  if (wish === 'none') return []
  if (wish === 'auto' || wish === 'any') return await theOnlyNetwork(tx, projectId, wish)
  for (const request of wish) await check(tx, who, projectId, request, count)
  return wish
}

async function theOnlyNetwork(
  tx: Tx,
  projectId: ProjectId,
  wish: 'auto' | 'any',
): Promise<readonly NetworkRequest[]> {
  const usable = await networks.usable(tx, projectId)
  const [only] = usable
  if (usable.length > 1) {
    const message = 'Multiple possible networks found, use a Network ID to be more specific.'
    throw problem('conflict', message, { networks: usable.length })
  }
  if (only !== undefined) return [{ networkId: only.id, portId: null, address: null, tag: null }]
  if (wish === 'any') return []
  throw problem('invalid', `Unable to automatically allocate a network for project ${projectId}`)
}

async function check(
  tx: Tx,
  who: Identity,
  projectId: ProjectId,
  request: NetworkRequest,
  count: number,
): Promise<void> {
  const { networkId, portId, address } = request
  if (count > 1 && (portId !== null || address !== null)) {
    const what = portId === null ? 'fixed IP' : 'port'
    throw problem('invalid', `Several servers cannot share one ${what}`, { portId, address })
  }
  const port = portId === null ? null : await usablePort(tx, who, projectId, portId)
  const id = port?.networkId ?? networkId
  const network = id === null ? null : await networks.find(tx, id)
  if (network === null || (port === null && !isSeen(network, who, projectId))) {
    throw problem('invalid', `Network ${id} could not be found.`, { networkId: id, missing: true })
  }
  if (network.external && !network.shared && !allows(who, 'network:attach_external_network')) {
    const message = `It is not allowed to create an interface on external network ${network.id}`
    throw problem('forbidden', message, { networkId: network.id })
  }
}

/** The networks that a project sees are its own, the shared, and those that lead out. */
function isSeen(network: Network, who: Identity, projectId: ProjectId): boolean {
  const { external, shared } = network
  return external || shared || network.projectId === projectId || who.roles.has('admin')
}

async function usablePort(
  tx: Tx,
  who: Identity,
  projectId: ProjectId,
  portId: NonNullable<NetworkRequest['portId']>,
): Promise<Port> {
  const [port] = await ports.list(tx, { ids: [portId] })
  if (port === undefined || (port.projectId !== projectId && !who.roles.has('admin'))) {
    throw problem('invalid', `Port id ${portId} could not be found.`, { portId, missing: true })
  }
  if (port.deviceId !== '') throw problem('conflict', `Port ${portId} is still in use.`, { portId })
  return port
}
