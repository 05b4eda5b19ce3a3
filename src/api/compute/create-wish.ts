/** What a request to make servers wishes, in the words of the use-case. */
import type { Static } from 'typebox'
import type { CreateWish } from '../../app/servers/create.ts'
import type { NetworkId, PortId } from '../../domain/ids.ts'
import { canonicalAddress } from '../../domain/network/address.ts'
import { problem } from '../../lib/problem.ts'
import type { Json } from '../../lib/json.ts'
import { disksIn } from './create-disks.ts'
import type { Api } from './route.ts'
import type { createServer } from './schemas/servers.ts'

type Body = Static<typeof createServer>

export function createWish(body: Body, api: Pick<Api, 'has'>): CreateWish {
  const { server: wish } = body
  const disks = disksIn(wish)
  const minCount = wish.min_count ?? 1
  const maxCount = wish.max_count ?? minCount
  if (minCount > maxCount) throw problem('invalid', 'min_count must be <= max_count')
  const imageRef = wish.imageRef === undefined || wish.imageRef === '' ? null : wish.imageRef
  if (imageRef === null && disks === undefined) {
    throw problem('invalid', 'Missing imageRef attribute')
  }
  // The schema knows hints as whatever they are; as JSON they came.
  const hints = (body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'] ?? {}) as Record<
    string,
    Json
  >
  return {
    name: wish.name,
    hostname: wish.hostname ?? null,
    description: wish.description ?? null,
    imageRef,
    ...(disks === undefined ? {} : { disks }),
    knowsShared: api.has('multiattachVolumes'),
    flavorRef: lastOf(String(wish.flavorRef)),
    networks: networksOf(wish.networks),
    minCount,
    maxCount,
    keyName: wish.key_name ?? null,
    metadata: wish.metadata ?? {},
    tags: [...new Set(wish.tags)].toSorted(),
    accessIpV4: wish.accessIPv4 ?? null,
    accessIpV6: shortest(wish.accessIPv6) ?? null,
    configDrive: wish.config_drive ?? false,
    userData: wish.user_data ?? null,
    diskConfig: wish['OS-DCF:diskConfig'] ?? 'MANUAL',
    hints,
    securityGroups: (wish.security_groups ?? []).flatMap(({ name }) => name ?? []),
    adminPass: wish.adminPass ?? null,
    trustedImageCertificates: wish.trusted_image_certificates ?? null,
    availabilityZone: wish.availability_zone ?? null,
    host: wish.host ?? null,
    hypervisorHostname: wish.hypervisor_hostname ?? null,
  }
}

/** Before networks had to be named, naming none meant the one there is, if there is one. */
function networksOf(wish: Body['server']['networks'] | undefined): CreateWish['networks'] {
  if (wish === undefined || wish.length === 0) return 'any'
  if (typeof wish === 'string') return wish
  return wish.map(({ uuid, port, fixed_ip: address, tag }) => {
    if (uuid === undefined && (port === undefined || port === null)) {
      throw problem('invalid', 'Missing network uuid')
    }
    return {
      // Both have been checked to be UUIDs; whether they are somebody's is for the use-case.
      networkId: (uuid ?? null) as NetworkId | null,
      portId: (port ?? null) as PortId | null,
      address: address ?? null,
      tag: tag ?? null,
    }
  })
}

/** The id at the end of an address, as clients used to name things. */
export function lastOf(ref: string): string {
  const [path = ''] = ref.split(/[?#]/)
  return path.slice(path.lastIndexOf('/') + 1)
}

/** An IPv6 address in its one spelling, the shortest. */
export function shortest(address: string | undefined): string | undefined {
  return address === undefined ? undefined : (canonicalAddress(address) ?? address)
}
