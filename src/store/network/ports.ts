/**
 * What servers do with ports: the part of the network that operations need.
 *
 * Every function may run twice with the same arguments and has one effect: ids of new ports come from the caller, and what is
 * there already is kept. A port that was made for a server goes with it; one that its owner brought along stays, unplugged.
 */
import type { NetworkId, PortId, ProjectId, ServerId, SubnetId } from '../../domain/ids.ts'
import { canonicalAddress } from '../../domain/network/address.ts'
import type { FixedIp, Port, Subnet } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import type { Instant } from '../../lib/clock.ts'
import { problem } from '../../lib/problem.ts'
import type { Random } from '../../lib/random.ts'
import type { Reader, Tx } from '../store.ts'
import { isAutoconfigured, takeAny, takeThis } from './addresses.ts'
import type { Holder } from './addresses.ts'
import { unbind } from './bindings.ts'
import * as networks from './networks.ts'
import * as records from './port-records.ts'
import * as quotas from './quotas.ts'
import * as groups from './security-groups.ts'
import * as subnets from './subnets.ts'

export { activate, addInactive, bindServer, removeOn, unbind } from './bindings.ts'

/** A network on which a port shall be made, under an id that the caller derived, or a port that exists. */
export type PortWish =
  | {
      readonly kind: 'network'
      readonly portId: PortId
      readonly networkId: NetworkId
      readonly fixedIp: string | null
      readonly tag: string | null
    }
  | { readonly kind: 'port'; readonly portId: PortId; readonly tag: string | null }

export type ForServer = {
  readonly serverId: ServerId
  readonly projectId: ProjectId
  /** Its availability zone, which becomes part of the ports' owner; null while it has none. */
  readonly zone: string | null
  readonly hostname: string
  readonly wishes: readonly PortWish[]
  /** Ids of security groups for new ports; the project's default one when there are none. */
  readonly securityGroups: readonly string[]
  readonly at: Instant
  readonly random: Random
}

/**
 * Gives a server its ports: makes some, takes others that exist.
 * @throws `not-found` for an unknown network or port, `conflict` for a port that is in use and when no address is left
 *   (`details.type` says which, by Neutron's names), `over-quota` when the project may have no more ports.
 */
export async function createForServer(tx: Tx, wanted: ForServer): Promise<void> {
  for (const wish of wanted.wishes) {
    if (wish.kind === 'port') await plug(tx, wish, wanted)
    else await make(tx, wish, wanted)
  }
}

/** A server's ports, oldest first. */
export async function portsOfServer(reader: Reader, serverId: ServerId): Promise<readonly Port[]> {
  return await records.list(reader, { deviceIds: [serverId] })
}

/** Takes a server's ports away: those made for it are deleted, the others are unplugged and unbound. */
export async function deleteOfServer(tx: Tx, serverId: ServerId): Promise<void> {
  await records.removeMadeFor(tx, serverId)
  const brought = await records.holdOfDevice(tx, serverId)
  if (brought.length > 0) await releasePorts(tx, await records.list(tx, { ids: brought }))
}

/** The same for one of its ports. Does nothing when the port is not the server's. */
export async function detachFromServer(tx: Tx, serverId: ServerId, portId: PortId): Promise<void> {
  await records.holdOfDevice(tx, serverId)
  const ports = await portsOfServer(tx, serverId)
  await releasePorts(
    tx,
    ports.filter(({ id }) => id === portId),
  )
}

async function releasePorts(tx: Tx, ports: readonly Port[]): Promise<void> {
  const made = ports.filter((port) => port.madeFor !== null && port.madeFor === port.deviceId)
  const brought = ports.filter((port) => !made.includes(port))
  await records.remove(
    tx,
    made.map(({ id }) => id),
  )
  await unbind(
    tx,
    brought.map(({ id }) => id),
  )
  for (const port of brought) {
    const { fixedIps: _, securityGroups: __, bindings: ___, ...bare } = port
    const unplugged = { deviceId: '', deviceOwner: '', dnsName: '', status: 'DOWN' as const }
    await records.save(tx, { ...bare, ...unplugged, revision: port.revision + 1 })
  }
}

async function plug(tx: Tx, wish: PortWish & { kind: 'port' }, wanted: ForServer): Promise<void> {
  await records.hold(tx, wish.portId)
  const {
    fixedIps: _,
    securityGroups: __,
    bindings: ___,
    ...bare
  } = await records.get(tx, wish.portId)
  if (bare.deviceId === wanted.serverId) return
  if (bare.deviceId !== '') {
    throw problem('conflict', `Port ${bare.id} is still in use.`, {
      type: 'PortInUse',
      port: bare.id,
    })
  }
  await records.save(tx, {
    ...bare,
    deviceId: wanted.serverId,
    deviceOwner: owners.compute(wanted.zone ?? 'nova'),
    dnsName: bare.dnsName === '' ? wanted.hostname : bare.dnsName,
    tag: wish.tag,
    updatedAt: wanted.at,
    revision: bare.revision + 1,
  })
}

async function make(
  tx: Tx,
  wish: PortWish & { kind: 'network' },
  wanted: ForServer,
): Promise<void> {
  if (await records.exists(tx, wish.portId)) return
  const network = await networks.get(tx, wish.networkId)
  await quotas.check(tx, wanted.projectId, 'port')
  const chosen = network.portSecurity ? wanted.securityGroups : []
  const securityGroups =
    network.portSecurity && chosen.length === 0
      ? [await groups.ensureDefault(tx, wanted.projectId, wanted.at)]
      : chosen
  const port = {
    id: wish.portId,
    networkId: network.id,
    projectId: wanted.projectId,
    name: '',
    description: '',
    adminUp: true,
    deviceId: wanted.serverId,
    deviceOwner: owners.compute(wanted.zone ?? 'nova'),
    status: 'DOWN' as const,
    portSecurity: network.portSecurity,
    madeFor: wanted.serverId,
    vnicType: 'normal',
    profile: {},
    dnsName: wanted.hostname,
    dhcpOptions: [],
    addressPairs: [],
    tag: wish.tag,
    createdAt: wanted.at,
    updatedAt: wanted.at,
    revision: 1,
  }
  const mac = await records.add(tx, port, { mac: null, groups: securityGroups })
  const asked = wish.fixedIp === null ? null : [{ address: wish.fixedIp, subnetId: null }]
  await giveAddresses(tx, { ...port, mac }, asked, wanted.random)
}

/** An address, a subnet to take any address from, or both. */
export type AddressWish = { readonly address: string | null; readonly subnetId: SubnetId | null }

/**
 * Gives a new port its addresses: those asked for, else one of each version that the network has.
 * @throws `conflict` when none is left or one is taken, `invalid` when one fits no subnet.
 */
export async function giveAddresses(
  tx: Tx,
  port: Pick<Port, 'id' | 'networkId' | 'mac' | 'deviceOwner'>,
  asked: readonly AddressWish[] | null,
  random: Random,
): Promise<readonly FixedIp[]> {
  const every = await subnets.ofNetwork(tx, port.networkId)
  const all = servingFirst(every, port.deviceOwner)
  const given: FixedIp[] = []
  const holder = (): Holder => ({ portId: port.id, mac: port.mac, ordinal: given.length })
  for (const wish of asked ?? []) {
    // Who names a subnet gets it, whomever it is for.
    const choice = wish.subnetId === null ? all : every
    given.push(await giveAsked(tx, choice, wish, holder(), random))
  }
  if (asked !== null) return given
  const choices: readonly (readonly Subnet[])[] = [
    all.filter((subnet) => subnet.ipVersion === 4),
    all.filter((subnet) => subnet.ipVersion === 6 && !isAutoconfigured(subnet)),
    ...all
      .filter((subnet) => subnet.ipVersion === 6 && isAutoconfigured(subnet))
      .map((each) => [each]),
  ]
  for (const choice of choices.filter(({ length }) => length > 0)) {
    const taken = await anyOf(tx, choice, holder(), random)
    if (taken === null) throw noneLeft(port.networkId)
    given.push(taken)
  }
  return given
}

/** Gives a port one more address on its network. @throws `conflict` when none is left. */
export async function addAddress(tx: Tx, port: Port, random: Random): Promise<FixedIp> {
  const ordinal = port.fixedIps.length
  const all = servingFirst(await subnets.ofNetwork(tx, port.networkId), port.deviceOwner)
  const taken = await anyOf(tx, all, { portId: port.id, mac: port.mac, ordinal }, random)
  if (taken === null) throw noneLeft(port.networkId)
  return taken
}

/** Subnets that serve such an owner's ports: first those that are for them, then those that are everybody's. */
function servingFirst(all: readonly Subnet[], deviceOwner: string): readonly Subnet[] {
  const own = all.filter(({ serviceTypes }) => serviceTypes.includes(deviceOwner))
  return [...own, ...all.filter(({ serviceTypes }) => serviceTypes.length === 0)]
}

async function giveAsked(
  tx: Tx,
  all: readonly Subnet[],
  wish: AddressWish,
  holder: Holder,
  random: Random,
): Promise<FixedIp> {
  const named = wish.subnetId === null ? all : all.filter(({ id }) => id === wish.subnetId)
  if (wish.subnetId !== null && named.length === 0) {
    throw problem('invalid', `Subnet ${wish.subnetId} is not a subnet of the port's network.`, {
      type: 'InvalidInput',
    })
  }
  if (wish.address === null) {
    const taken = await anyOf(tx, named, holder, random)
    if (taken === null) throw noneLeft(named[0]?.networkId ?? '')
    return taken
  }
  for (const subnet of named) {
    try {
      return await takeThis(tx, subnet, wish.address, holder)
    } catch (thrown) {
      // Another subnet of the network may be the one that it belongs to.
      if (!isWrongSubnet(thrown)) throw thrown
    }
  }
  const address = canonicalAddress(wish.address) ?? wish.address
  throw problem(
    'invalid',
    `IP address ${address} is not a valid IP for any of the subnets on the specified network.`,
    {
      type: 'InvalidIpForNetwork',
    },
  )
}

async function anyOf(
  tx: Tx,
  choice: readonly Subnet[],
  holder: Holder,
  random: Random,
): Promise<FixedIp | null> {
  for (const subnet of choice) {
    const taken = await takeAny(tx, subnet, holder, random)
    if (taken !== null) return taken
  }
  return null
}

function isWrongSubnet(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'details' in thrown &&
    typeOf(thrown.details) === 'InvalidIpForSubnet'
  )
}

function typeOf(details: unknown): unknown {
  return typeof details === 'object' && details !== null && 'type' in details ? details.type : null
}

function noneLeft(networkId: string): Error {
  return problem('conflict', `No more IP addresses available on network ${networkId}.`, {
    type: 'IpAddressGenerationFailure',
    network: networkId,
  })
}
