/** Where a new server may go, as far as its owner has a say. */
import { defaultZone } from '../../domain/host.ts'
import type { Identity } from '../../domain/identity.ts'
import type { HostName } from '../../domain/ids.ts'
import { problem } from '../../lib/problem.ts'
import * as hosts from '../../store/compute/hosts.ts'
import type { Tx } from '../../store/store.ts'
import { authorize } from '../authorize.ts'

export type PlaceWish = {
  /** A zone, or for admins `zone:host` or `zone:host:node`; null for anywhere. */
  readonly availabilityZone: string | null
  /** Names one host, without going round the rules of the scheduler. */
  readonly host: string | null
  readonly hypervisorHostname: string | null
}

export type Place = { readonly zone: string | null; readonly only: HostName | null }

/** @throws `invalid` when there is no such zone or host, `forbidden` when naming a host is not for the caller. */
export async function placeFor(tx: Tx, who: Identity, wish: PlaceWish): Promise<Place> {
  const [zone = '', forced = '', node = ''] = (wish.availabilityZone ?? '').split(':')
  const named = wish.host ?? wish.hypervisorHostname
  const wanted = forced === '' ? (node === '' ? named : node) : forced
  if (wanted !== null && forced !== '' && named !== null) {
    throw problem('invalid', 'A host can be named in the availability zone or by itself, not both')
  }
  if (wanted === null) return { zone: await knownZone(tx, zone), only: null }
  authorize(
    who,
    named === null ? 'servers:create:forced_host' : 'servers:create:requested_destination',
  )
  return { zone: await knownZone(tx, zone), only: await knownHost(tx, wanted) }
}

async function knownZone(tx: Tx, zone: string): Promise<string | null> {
  if (zone === '') return null
  const all = await hosts.list(tx)
  if (zone === defaultZone || all.some((host) => host.zone === zone)) return zone
  throw problem('invalid', 'The requested availability zone is not available', { zone })
}

async function knownHost(tx: Tx, name: string): Promise<HostName> {
  // A name that no host has finds nothing.
  const host = await hosts.find(tx, name as HostName)
  if (host === null) {
    throw problem('invalid', `Compute host ${name} could not be found.`, { host: name })
  }
  return host.name
}
