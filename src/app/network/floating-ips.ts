/** Floating addresses: an address of an external network that leads to a port, and can be made to lead to another. */
import type { Identity } from '../../domain/identity.ts'
import type { NetworkId, ProjectId, SubnetId } from '../../domain/ids.ts'
import { canonicalAddress } from '../../domain/network/address.ts'
import type { FixedIp, FloatingIp, Port } from '../../domain/network/network.ts'
import { owners } from '../../domain/network/network.ts'
import { problem } from '../../lib/problem.ts'
import * as floatingIps from '../../store/network/floating-ips.ts'
import * as records from '../../store/network/port-records.ts'
import * as quotas from '../../store/network/quotas.ts'
import * as routers from '../../store/network/routers.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { Context } from '../context.ts'
import { visibleNetwork } from './networks.ts'
import { projectFor, requireChange, requireSight, requireTrust, sees } from './policy.ts'
import { visiblePort } from './ports.ts'
import { requireRevision } from './revisions.ts'
import type { Seen } from './revisions.ts'
import { makePort } from './service-ports.ts'

/** Where one leads: a port, and which of its addresses when it has several. */
export type Lead = { readonly portId: string; readonly fixedAddress: string | null }

export type NewFloatingIp = {
  readonly networkId: NetworkId
  readonly projectId: ProjectId | null
  readonly subnetId: SubnetId | null
  /** For admins: this very address. */
  readonly address: string | null
  readonly description: string
  readonly dnsName: string
  readonly dnsDomain: string
  readonly lead: Lead | null
}

export async function listFloatingIps(ctx: Context, who: Identity): Promise<readonly FloatingIp[]> {
  return await ctx.store.read(async (reader) => await floatingIps.list(reader, sees(who)))
}

export async function getFloatingIp(ctx: Context, who: Identity, id: string): Promise<FloatingIp> {
  return await ctx.store.read(async (reader) => await visibleFloatingIp(reader, who, id))
}

export async function createFloatingIp(
  ctx: Context,
  who: Identity,
  wanted: NewFloatingIp,
): Promise<FloatingIp> {
  return await ctx.store.transaction(async (tx) => {
    const projectId = projectFor(who, wanted.projectId, 'create_floatingip')
    const network = await visibleNetwork(tx, who, wanted.networkId)
    if (!network.external) {
      const message = `Network ${network.id} is not a valid external network.`
      throw problem('invalid', `Bad floatingip request: ${message}`, { type: 'BadRequest' })
    }
    if (wanted.address !== null) requireTrust(who, 'create_floatingip:floating_ip_address')
    await quotas.check(tx, projectId, 'floatingip')
    const id = ctx.ids.uuid()
    const asked = wanted.address !== null || wanted.subnetId !== null
    const port = await makePort(ctx, tx, {
      networkId: network.id,
      // It belongs to nobody, so that the project sees the floating address and not how it is held.
      projectId: '' as ProjectId,
      deviceId: id,
      deviceOwner: owners.floatingIp,
      fixedIps: asked ? [{ address: wanted.address, subnetId: wanted.subnetId }] : null,
    })
    const address = port.fixedIps[0]?.address
    if (address === undefined) {
      const message = `External network ${network.id} has no subnet to take an address from.`
      throw problem('invalid', `Bad floatingip request: ${message}`, { type: 'BadRequest' })
    }
    const now = ctx.clock.now()
    const kept = { createdAt: now, updatedAt: now, revision: 1 }
    const nowhere = { portId: null, fixedAddress: null, routerId: null }
    const { description, dnsName, dnsDomain } = wanted
    const made = {
      ...kept,
      ...nowhere,
      id,
      projectId,
      networkId: network.id,
      address,
      ownPortId: port.id,
      description,
      dnsName,
      dnsDomain,
    }
    await floatingIps.add(tx, made)
    return wanted.lead === null ? made : await lead(tx, who, made, wanted.lead)
  })
}

/** Changes the description, and where it leads: a lead of null is nowhere. */
export async function updateFloatingIp(
  ctx: Context,
  who: Identity,
  id: string,
  change: { readonly description?: string; readonly lead?: Lead | null },
  seen: Seen = null,
): Promise<FloatingIp> {
  return await ctx.store.transaction(async (tx) => {
    const found = await visibleFloatingIp(tx, who, id)
    requireChange(who, found, 'update_floatingip')
    requireRevision(found, seen)
    const changed = {
      ...found,
      description: change.description ?? found.description,
      updatedAt: ctx.clock.now(),
      revision: found.revision + 1,
    }
    if (change.lead !== undefined && change.lead !== null) {
      return await lead(tx, who, changed, change.lead)
    }
    const nowhere = { portId: null, fixedAddress: null, routerId: null }
    const next = change.lead === null ? { ...changed, ...nowhere } : changed
    await floatingIps.save(tx, next)
    return next
  })
}

export async function deleteFloatingIp(
  ctx: Context,
  who: Identity,
  id: string,
  seen: Seen = null,
): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const found = await visibleFloatingIp(tx, who, id)
    requireChange(who, found, 'delete_floatingip')
    requireRevision(found, seen)
    await floatingIps.remove(tx, id)
    await records.remove(tx, [found.ownPortId])
  })
}

async function lead(
  tx: Tx,
  who: Identity,
  floatingIp: FloatingIp,
  { portId, fixedAddress }: Lead,
): Promise<FloatingIp> {
  const port = await visiblePort(tx, who, portId)
  const fixed = chosenAddress(port, fixedAddress)
  const router = await routers.between(tx, fixed.subnetId, floatingIp.networkId)
  if (router === null) {
    const message = `External network ${floatingIp.networkId} is not reachable from subnet ${fixed.subnetId}. Therefore, cannot associate Port ${port.id} with a Floating IP.`
    throw problem('not-found', message, { type: 'ExternalGatewayForFloatingIPNotFound' })
  }
  const others = await floatingIps.leadingTo(tx, port.id, fixed.address)
  const other = others.find(({ id }) => id !== floatingIp.id)
  if (other !== undefined) {
    const message = `Cannot associate floating IP ${floatingIp.address} (${floatingIp.id}) with port ${port.id} using fixed IP ${fixed.address}, as that fixed IP already has a floating IP on external network ${other.networkId}.`
    throw problem('conflict', message, { type: 'FloatingIPPortAlreadyAssociated' })
  }
  const changed = {
    ...floatingIp,
    portId: port.id,
    fixedAddress: fixed.address,
    routerId: router.id,
  }
  await floatingIps.save(tx, changed)
  return changed
}

function chosenAddress(port: Port, asked: string | null): FixedIp {
  const candidates = port.fixedIps.filter(
    ({ address }) =>
      !address.includes(':') && (asked === null || address === canonicalAddress(asked)),
  )
  const [first] = candidates
  if (first === undefined) {
    const message =
      asked === null
        ? `Port ${port.id} does not have fixed IPs`
        : `Port ${port.id} does not have fixed ip ${asked}`
    throw problem('invalid', `Bad floatingip request: Cannot add floating IP: ${message}.`, {
      type: 'BadRequest',
    })
  }
  if (candidates.length > 1) {
    const message = `Port ${port.id} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP`
    throw problem('invalid', `Bad floatingip request: ${message}.`, { type: 'BadRequest' })
  }
  return first
}

export async function visibleFloatingIp(
  reader: Reader,
  who: Identity,
  id: string,
): Promise<FloatingIp> {
  const found = await floatingIps.get(reader, id)
  requireSight(who, found, floatingIps.missing(id))
  return found
}
