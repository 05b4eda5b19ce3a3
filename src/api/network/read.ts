/** Reading attributes that several kinds of record have. */
import type { ProjectId, SubnetId } from '../../domain/ids.ts'
import { canonicalAddress, formatBlock, parseBlock } from '../../domain/network/address.ts'
import type { HostRoute } from '../../domain/network/network.ts'
import { canonicalUuid } from '../../lib/ids.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, neededText, objects, own, text, textOrNull, whole } from '../http/fields.ts'

/** The project by either of its names; null when it is not said. */
export function projectOf(body: JsonObject): ProjectId | null {
  const id = text(body, 'project_id') ?? text(body, 'tenant_id')
  // Whether there is such a project is Identity's to know.
  return id === undefined || id === '' ? null : (id as ProjectId)
}

export function neededUuid(body: JsonObject, name: string): string {
  return checkedUuid(name, neededText(body, name))
}

export function uuidOrNull(body: JsonObject, name: string): string | null | undefined {
  const value = textOrNull(body, name)
  return value === undefined || value === null ? value : checkedUuid(name, value)
}

function checkedUuid(name: string, value: string): string {
  const id = canonicalUuid(value)
  if (id === null) throw bad(name, `'${value}' is not a valid UUID`)
  return id
}

export function addressOrNull(body: JsonObject, name: string): string | null | undefined {
  const value = textOrNull(body, name)
  return value === undefined || value === null ? value : checkedAddress(name, value)
}

export function checkedAddress(name: string, value: string): string {
  const address = canonicalAddress(value)
  if (address === null) throw bad(name, `'${value}' is not a valid IP address`)
  return address
}

/** A number, also as text: some clients send it like that. */
export function count(
  body: JsonObject,
  name: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  const value = own(body, name)
  const isText = typeof value === 'string' && /^\d{1,12}$/.test(value)
  return whole(isText ? { [name]: Number(value) } : body, name, range)
}

/** A list of addresses, subnets, or both: `[{"subnet_id": …, "ip_address": …}]`. */
export function fixedIpsOf(
  body: JsonObject,
  name: string,
): readonly { readonly address: string | null; readonly subnetId: SubnetId | null }[] | undefined {
  return objects(body, name)?.map((each) => {
    const address = addressOrNull(each, 'ip_address') ?? null
    // Whether there is such a subnet on the network is looked up later.
    const subnetId = (uuidOrNull(each, 'subnet_id') ?? null) as SubnetId | null
    if (address === null && subnetId === null) throw bad(name, 'each needs an address or a subnet')
    return { address, subnetId }
  })
}

/** Lists of things, where null is the empty one. */
export function routesOf(body: JsonObject, name: string): readonly HostRoute[] | undefined {
  if (own(body, name) === null) return []
  return objects(body, name)?.map((each) => {
    const block = parseBlock(neededText(each, 'destination'))
    if (block === null) throw bad(name, 'a destination must be a block of addresses')
    const nexthop = checkedAddress(name, neededText(each, 'nexthop'))
    return { destination: formatBlock(block), nexthop }
  })
}
