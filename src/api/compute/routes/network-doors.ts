/** The door to networks, pools of floating addresses and the addresses themselves, from before the network service had its own. */
import * as floating from '../../../app/network/floating-ips.ts'
import type { FloatingIp } from '../../../domain/network/network.ts'
import { listNetworks, getNetwork } from '../../../app/network/networks.ts'
import type { NetworkWithSubnets } from '../../../app/network/networks.ts'
import { serversOfPorts } from '../../../app/server-addresses.ts'
import type { Identity } from '../../../domain/identity.ts'
import { isProblem, problem } from '../../../lib/problem.ts'
import type { Wire } from '../change.ts'
import { accepted, ok } from '../replies.ts'
import { route } from '../route.ts'
import type { Call, Route } from '../route.ts'
import { createFloatingIp } from '../schemas/doors.ts'

export const networkDoorRoutes: readonly Route[] = [
  route({
    name: 'networks.list',
    method: 'GET',
    path: '/os-networks',
    policy: 'os-networks:list',
    handler: async ({ ctx, who }) => {
      const all = await listNetworks(ctx, who)
      return ok({ networks: all.map((network) => networkView(network, who)) })
    },
  }),
  route({
    name: 'networks.show',
    method: 'GET',
    path: '/os-networks/{id}',
    policy: 'os-networks:show',
    handler: async (call) => ok({ network: networkView(await found(call), call.who) }),
  }),
  route({
    name: 'tenantNetworks.list',
    method: 'GET',
    path: '/os-tenant-networks',
    policy: 'os-tenant-networks:list',
    handler: async ({ ctx, who }) => {
      const all = await listNetworks(ctx, who)
      const usable = all.filter(({ shared, projectId }) => shared || projectId === who.projectId)
      return ok({ networks: usable.map(tenantNetworkView) })
    },
  }),
  route({
    name: 'tenantNetworks.show',
    method: 'GET',
    path: '/os-tenant-networks/{id}',
    policy: 'os-tenant-networks:show',
    handler: async (call) => ok({ network: tenantNetworkView(await found(call)) }),
  }),
  route({
    name: 'floatingIpPools.list',
    method: 'GET',
    path: '/os-floating-ip-pools',
    policy: 'os-floating-ip-pools',
    handler: async ({ ctx, who }) => {
      const all = await listNetworks(ctx, who)
      return ok({ floating_ip_pools: all.filter(isPool).map((pool) => ({ name: poolName(pool) })) })
    },
  }),
  route({
    name: 'floatingIps.list',
    method: 'GET',
    path: '/os-floating-ips',
    policy: 'os-floating-ips:list',
    handler: async (call) => {
      const all = await floating.listFloatingIps(call.ctx, call.who)
      const own = all.filter(({ projectId }) => projectId === call.who.projectId)
      return ok({ floating_ips: await floatingIpViews(call, own) })
    },
  }),
  route({
    name: 'floatingIps.show',
    method: 'GET',
    path: '/os-floating-ips/{id}',
    policy: 'os-floating-ips:show',
    handler: async (call) => {
      const { id = '' } = call.params
      const [view] = await floatingIpViews(call, [await foundAddress(call, id)])
      return ok({ floating_ip: view })
    },
  }),
  route({
    name: 'floatingIps.create',
    method: 'POST',
    path: '/os-floating-ips',
    policy: 'os-floating-ips:create',
    request: createFloatingIp,
    handler: async (call) => {
      const pool = await chosenPool(call, call.body?.pool ?? null)
      const made = await created(call, pool)
      const [view] = await floatingIpViews(call, [made])
      return ok({ floating_ip: view })
    },
  }),
  route({
    name: 'floatingIps.delete',
    method: 'DELETE',
    path: '/os-floating-ips/{id}',
    policy: 'os-floating-ips:delete',
    handler: async (call) => {
      const { id = '' } = call.params
      const address = await foundAddress(call, id)
      await floating.deleteFloatingIp(call.ctx, call.who, address.id)
      return accepted()
    },
  }),
]

type Asking = Pick<Call<unknown>, 'ctx' | 'params' | 'who'>

/** As few facts as there were once networks were somebody else's: the rest is empty. */
const userFields = [
  'broadcast',
  'cidr',
  'cidr_v6',
  'dns1',
  'dns2',
  'gateway',
  'gateway_v6',
  'netmask',
  'netmask_v6',
] as const

const adminFields = [
  'bridge',
  'bridge_interface',
  'created_at',
  'deleted',
  'deleted_at',
  'dhcp_server',
  'dhcp_start',
  'enable_dhcp',
  'host',
  'injected',
  'mtu',
  'multi_host',
  'priority',
  'project_id',
  'rxtx_base',
  'share_address',
  'updated_at',
  'vlan',
  'vpn_private_address',
  'vpn_public_address',
  'vpn_public_port',
] as const

function networkView({ id, name }: NetworkWithSubnets, who: Identity): Wire {
  const empty = who.roles.has('admin') ? [...userFields, ...adminFields] : userFields
  return { id, label: name, ...Object.fromEntries(empty.map((field) => [field, null])) }
}

/** The block is the word None: that is what was answered since networks were somebody else's. */
function tenantNetworkView({ id, name }: NetworkWithSubnets): Wire {
  return { id, label: name, cidr: 'None' }
}

async function found({ ctx, who, params: { id = '' } }: Asking): Promise<NetworkWithSubnets> {
  try {
    return await getNetwork(ctx, who, id)
  } catch (thrown) {
    if (isProblem(thrown, 'not-found')) throw problem('not-found', 'Network not found')
    throw thrown
  }
}

async function foundAddress({ ctx, who }: Asking, id: string): Promise<FloatingIp> {
  try {
    return await floating.getFloatingIp(ctx, who, id)
  } catch (thrown) {
    if (!isProblem(thrown, 'not-found')) throw thrown
    throw problem('not-found', `Floating IP not found for ID ${id}`)
  }
}

function isPool({ external }: NetworkWithSubnets): boolean {
  return external
}

function poolName({ id, name }: NetworkWithSubnets): string {
  return name === '' ? id : name
}

/** The pool of that name or id; without one, the first there is. */
async function chosenPool({ ctx, who }: Asking, asked: string | null): Promise<NetworkWithSubnets> {
  const pools = (await listNetworks(ctx, who)).filter(isPool)
  const [first] =
    asked === null ? pools : pools.filter((pool) => [pool.id, pool.name].includes(asked))
  if (first === undefined)
    throw problem('not-found', 'Floating IP pool not found.', { pool: asked })
  return first
}

async function created({ ctx, who }: Asking, pool: NetworkWithSubnets): Promise<FloatingIp> {
  const nameless = { description: '', dnsName: '', dnsDomain: '' }
  const wish = { ...nameless, projectId: null, subnetId: null, address: null, lead: null }
  try {
    return await floating.createFloatingIp(ctx, who, { ...wish, networkId: pool.id })
  } catch (thrown) {
    if (isProblem(thrown, 'over-quota')) {
      throw problem('over-quota', `IP allocation over quota in pool ${poolName(pool)}.`)
    }
    if (isProblem(thrown, 'conflict')) {
      throw problem('not-found', `No more floating IPs in pool ${poolName(pool)}.`)
    }
    throw thrown
  }
}

async function floatingIpViews(
  { ctx, who }: Asking,
  list: readonly FloatingIp[],
): Promise<readonly Wire[]> {
  const pools = new Map((await listNetworks(ctx, who)).map((pool) => [pool.id, poolName(pool)]))
  const servers = await serversOfPorts(
    ctx,
    list.flatMap(({ portId }) => portId ?? []),
  )
  return list.map((each) => ({
    id: each.id,
    ip: each.address,
    fixed_ip: each.fixedAddress,
    pool: pools.get(each.networkId) ?? each.networkId,
    instance_id: each.portId === null ? null : (servers.get(each.portId) ?? null),
  }))
}
