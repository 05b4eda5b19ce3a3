/**
 * The service catalog: what this program runs, and what operators run beside it.
 *
 * What runs here follows from the configuration, is seen from where the caller reached us, and is nobody's to change. What
 * operators add are records. A record can neither change nor double what runs here in its own region: a client that asks for
 * Compute there finds this one and no other.
 */
import { derivedUuid } from '../lib/ids.ts'
import type { Extra } from './accounts.ts'

export type CatalogService = {
  /** The official type, such as `compute`. */
  readonly type: string
  readonly name: string
  /** Below the origin: `/compute/v2.1`. */
  readonly path: string
}

/** Where all that runs here is. */
export const ownRegion = 'RegionOne'

/** What a cloud offers. Block storage has the official type, and the one that older clients look for. */
export const usualCatalog: readonly CatalogService[] = [
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'placement', name: 'placement', path: '/placement' },
  { type: 'image', name: 'glance', path: '/image' },
  { type: 'network', name: 'neutron', path: '/network' },
  { type: 'block-storage', name: 'cinder', path: '/volume/v3' },
  { type: 'volumev3', name: 'cinderv3', path: '/volume/v3' },
]

export const interfaces: readonly string[] = ['public', 'internal', 'admin']

export function serviceId({ type }: CatalogService): string {
  return hex('service', type)
}

export function endpointId({ type }: CatalogService, side: string): string {
  return hex('endpoint', `${type}/${side}`)
}

function hex(namespace: string, name: string): string {
  return derivedUuid(`catalog.${namespace}`, name).replaceAll('-', '')
}

export type ServiceRecord = Extra & {
  readonly id: string
  readonly type: string
  readonly name: string
  /** Whether tokens name it. */
  readonly enabled: boolean
}

export type EndpointRecord = Extra & {
  readonly id: string
  readonly serviceId: string
  readonly interface: string
  readonly regionId: string | null
  /** May hold `$(project_id)s` and the like: `endpointUrl` fills them in. */
  readonly url: string
  readonly enabled: boolean
}

export type RegionRecord = Extra & {
  readonly id: string
  readonly description: string
  readonly parentId: string | null
}

type Holder = { readonly userId: string; readonly projectId: string | null }

/** An address for whoever holds a token; null when it needs a project and there is none, or something nobody knows. */
export function endpointUrl(url: string, { userId, projectId }: Holder): string | null {
  const values = new Map([
    ['user_id', userId],
    ['project_id', projectId],
    ['tenant_id', projectId],
  ])
  let whole = true
  const filled = url.replaceAll(/[$%]\((\w+)\)s/g, (_, name: string) => {
    const value = values.get(name) ?? null
    if (value === null) whole = false
    return value ?? ''
  })
  return whole ? filled : null
}
