/** Ports: making, seeing, changing and deleting them, and their bindings. What servers do with them is in the store. */
import type { Identity } from '../../domain/identity.ts'
import type { HostName, NetworkId, PortId, ProjectId } from '../../domain/ids.ts'
import { canonicalAddress } from '../../domain/network/address.ts'
import type { FixedIp, Network, Port } from '../../domain/network/network.ts'
import { activeBinding, isNetworkOwned } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import { giveBack } from '../../store/network/addresses.ts'
import * as bindings from '../../store/network/bindings.ts'
import * as networks from '../../store/network/networks.ts'
import * as records from '../../store/network/port-records.ts'
import { giveAddresses } from '../../store/network/ports.ts'
import type { AddressWish } from '../../store/network/ports.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as groups from '../../store/network/security-groups.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleNetwork } from './networks.ts'
import { isTrusted, owns, projectFor, requireChange, requireTrust, sees } from './policy.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'

/** What somebody can say of a port. */
export type PortFields = Pick<
  Port,
  | 'name'
  | 'description'
  | 'adminUp'
  | 'deviceId'
  | 'deviceOwner'
  | 'portSecurity'
  | 'vnicType'
  | 'profile'
  | 'dnsName'
  | 'dhcpOptions'
  | 'addressPairs'
> & {
  readonly mac: string | null
  readonly securityGroups: readonly string[]
  readonly fixedIps: readonly AddressWish[]
  /** Empty for none. */
  readonly host: string
}

export type NewPort = Partial<PortFields> & {
  readonly networkId: NetworkId
  readonly projectId: ProjectId | null
}

export type PortQuery = {
  readonly ids: readonly string[] | null
  readonly networkId: string | null
  readonly deviceIds: readonly string[] | null
}

export async function listPorts(
  ctx: Context,
  who: Identity,
  { ids, networkId, deviceIds }: PortQuery,
): Promise<readonly Port[]> {
  const seenBy = sees(who)
  return await ctx.store.read(
    async (reader) =>
      await records.list(reader, {
        ...(ids === null ? {} : { ids }),
        ...(networkId === null ? {} : { networkId }),
        ...(deviceIds === null ? {} : { deviceIds }),
        ...(seenBy === null ? {} : { seenBy }),
      }),
  )
}

export async function getPort(ctx: Context, who: Identity, id: string): Promise<Port> {
  return await ctx.store.read(async (reader) => await visiblePort(reader, who, id))
}

export async function createPorts(
  ctx: Context,
  who: Identity,
  wanted: readonly NewPort[],
): Promise<readonly Port[]> {
  return await ctx.store.transaction(async (tx) => {
    const made: Port[] = []
    for (const each of wanted) made.push(await createOne(ctx, tx, who, each))
    return made
  })
}

export async function updatePort(
  ctx: Context,
  who: Identity,
  id: string,
  change: Partial<PortFields>,
  seen: Seen = null,
): Promise<Port> {
  return await ctx.store.transaction(async (tx) => {
    const port = await visiblePort(tx, who, id)
    requireChange(who, port, 'update_port')
    requireRevision(port, seen)
    const network = await networks.get(tx, port.networkId)
    checkFields(who, network, change, 'update_port')
    const { securityGroups, fixedIps, host, mac, ...plain } = change
    if (securityGroups !== undefined) {
      await checkGroups(tx, who, securityGroups)
      await records.setGroups(tx, port.id, securityGroups)
    }
    const bare = { ...bareOf(port), ...plain, mac: mac ?? port.mac }
    if (bare.mac !== port.mac) await refuseTakenMac(tx, port, bare.mac)
    const now = ctx.clock.now()
    await records.save(tx, { ...bare, updatedAt: now, revision: port.revision + 1 })
    if (fixedIps !== undefined) await readdress(ctx, tx, port, fixedIps)
    if (host !== undefined) await rehost(tx, port, host)
    return await records.get(tx, port.id)
  })
}

/** @throws `conflict` for a port that a router or a floating address holds. */
export async function deletePort(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const port = await visiblePort(tx, who, id)
    requireChange(who, port, 'delete_port')
    requireRevision(port, seen)
    if (isNetworkOwned(port.deviceOwner) && port.deviceId !== '') {
      const message = `Port ${id} cannot be deleted directly via the port API: has device owner ${port.deviceOwner}.`
      throw problem('conflict', message, { type: 'ServicePortInUse', port: id })
    }
    await records.remove(tx, [port.id])
  })
}

/** @throws `not-found` also for a port that is somebody else's business. */
export async function visiblePort(reader: Reader, who: Identity, id: string): Promise<Port> {
  const port = await records.get(reader, id)
  if (isTrusted(who) || owns(who, port)) return port
  if (owns(who, await networks.get(reader, port.networkId))) return port
  throw records.missing(id)
}

async function createOne(ctx: Context, tx: Tx, who: Identity, wanted: NewPort): Promise<Port> {
  const network = await visibleNetwork(tx, who, wanted.networkId)
  if (network.external && !network.shared) {
    requireTrust(who, 'create_port', owns(who, network))
  }
  const projectId = projectFor(who, wanted.projectId, 'create_port')
  checkFields(who, network, wanted, 'create_port')
  await quotas.check(tx, projectId, 'port')
  const now = ctx.clock.now()
  const portSecurity = wanted.portSecurity ?? network.portSecurity
  const chosen = wanted.securityGroups
  if (chosen !== undefined) await checkGroups(tx, who, chosen)
  const usual = portSecurity && !isNetworkOwned(wanted.deviceOwner ?? '')
  const port = {
    // A new id is the id of the port that is made with it.
    id: ctx.ids.uuid() as PortId,
    networkId: network.id,
    projectId,
    name: wanted.name ?? '',
    description: wanted.description ?? '',
    adminUp: wanted.adminUp ?? true,
    deviceId: wanted.deviceId ?? '',
    deviceOwner: wanted.deviceOwner ?? '',
    status: 'DOWN' as const,
    portSecurity,
    madeFor: null,
    vnicType: wanted.vnicType ?? 'normal',
    profile: wanted.profile ?? {},
    dnsName: wanted.dnsName ?? '',
    dhcpOptions: wanted.dhcpOptions ?? [],
    addressPairs: wanted.addressPairs ?? [],
    tag: null,
    createdAt: now,
    updatedAt: now,
    revision: 1,
  }
  const securityGroups = chosen ?? (usual ? [await groups.ensureDefault(tx, projectId, now)] : [])
  const mac = await records.add(tx, port, { mac: wanted.mac ?? null, groups: securityGroups })
  await giveAddresses(tx, { ...port, mac }, wanted.fixedIps ?? null, ctx.random)
  if (wanted.host !== undefined && wanted.host !== '') {
    await bindings.bind(tx, [port.id], wanted.host as HostName) // the name of the host that was asked for
  }
  return await records.get(tx, port.id)
}

/** What only admins and the network's owner may choose. */
function checkFields(
  who: Identity,
  network: Network,
  { mac, portSecurity, fixedIps, deviceOwner, host, profile, addressPairs }: Partial<PortFields>,
  rule: string,
): void {
  const own = owns(who, network)
  if (mac !== undefined && mac !== null) requireTrust(who, `${rule}:mac_address`, own)
  if (portSecurity !== undefined) requireTrust(who, `${rule}:port_security_enabled`, own)
  if (addressPairs !== undefined) requireTrust(who, `${rule}:allowed_address_pairs`, own)
  if (fixedIps?.some(({ address }) => address !== null) === true) {
    requireTrust(who, `${rule}:fixed_ips:ip_address`, own)
  }
  if (deviceOwner !== undefined && isNetworkOwned(deviceOwner)) {
    requireTrust(who, `${rule}:device_owner`, own)
  }
  if (host !== undefined) requireTrust(who, `${rule}:binding:host_id`)
  if (profile !== undefined) requireTrust(who, `${rule}:binding:profile`)
}

/** @throws `not-found` for a group that the asker does not see. */
async function checkGroups(reader: Reader, who: Identity, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const group = await groups.get(reader, id)
    if (!isTrusted(who) && !owns(who, group)) throw groups.missing(id)
  }
}

async function refuseTakenMac(reader: Reader, port: Port, mac: string): Promise<void> {
  const others = await records.list(reader, { networkId: port.networkId })
  if (!others.some((other) => other.mac === mac && other.id !== port.id)) return
  const message = `Unable to complete operation for network ${port.networkId}. The mac address ${mac} is in use.`
  throw problem('conflict', message, { type: 'MacAddressInUse', mac })
}

/** Gives the port exactly these addresses; those that stay are not let go of in between. */
export async function readdress(
  ctx: Context,
  tx: Tx,
  port: Port,
  wishes: readonly AddressWish[],
): Promise<void> {
  const kept = (fixed: FixedIp, wish: AddressWish): boolean =>
    (wish.subnetId === null || wish.subnetId === fixed.subnetId) &&
    (wish.address === null || canonicalAddress(wish.address) === fixed.address)
  // Addresses that are named come first, lest a wish for any address takes one of them.
  const left = wishes.toSorted((a, b) => Number(a.address === null) - Number(b.address === null))
  for (const fixed of port.fixedIps) {
    const at = left.findIndex((wish) => kept(fixed, wish))
    if (at >= 0) left.splice(at, 1)
    else await giveBack(tx, port.id, fixed)
  }
  await giveAddresses(tx, port, left, ctx.random)
}

async function rehost(tx: Tx, port: Port, host: string): Promise<void> {
  if (activeBinding(port)?.host === host) return
  if (host === '') await bindings.unbind(tx, [port.id])
  else await bindings.bind(tx, [port.id], host as HostName) // the name of the host that was asked for
}

function bareOf(port: Port): records.BarePort {
  const { fixedIps: _, securityGroups: __, bindings: ___, ...bare } = port
  return bare
}
