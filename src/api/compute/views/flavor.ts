/** A flavor, in full and in brief. */
import type { Flavor } from '../../../domain/flavor.ts'
import { allows } from '../../../domain/policy.ts'
import type { Wire } from '../change.ts'
import type { Viewing } from '../viewing.ts'

export function flavor(of: Flavor, { links, who }: Viewing): Wire {
  const document: Wire = {
    id: of.id,
    name: of.name,
    ram: of.memoryMb,
    disk: of.diskGb,
    swap: of.swapMb,
    'OS-FLV-EXT-DATA:ephemeral': of.ephemeralGb,
    vcpus: of.vcpus,
    'os-flavor-access:is_public': of.isPublic,
    links: links.of(`/flavors/${of.id}`),
    description: of.description,
  }
  if (allows(who, 'os-flavor-extra-specs:index')) document['extra_specs'] = of.extraSpecs
  return document
}

export function flavorBrief(of: Flavor, { links }: Viewing): Wire {
  return {
    id: of.id,
    name: of.name,
    description: of.description,
    links: links.of(`/flavors/${of.id}`),
  }
}
