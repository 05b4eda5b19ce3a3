/**
 * Which microversion of the volume API a request speaks, and what that lets it see and do.
 *
 * Everything that differs has a name; the number at which it came is said here and nowhere else. Versions of this API are all
 * 3.something, so that one is known by its minor number.
 */
import { problem } from '../../lib/problem.ts'
import type { HttpRequest } from '../http/service.ts'

const newest = 70

/** When what came. */
const features = {
  backupChanges: 9,
  summary: 12,
  groupIds: 13,
  backupProjects: 18,
  providerIds: 21,
  snapshotsByMetadata: 22,
  forcedDelete: 23,
  attachments: 27,
  likeFilters: 31,
  snapshotUsers: 41,
  extendingInUse: 42,
  backupMetadata: 43,
  completing: 44,
  counts: 45,
  volumesFromBackups: 47,
  sharedTargets: 48,
  backupZones: 51,
  attachmentModes: 54,
  transferSnapshots: 55,
  backupUsers: 56,
  transferProjects: 57,
  timeFilters: 60,
  clusterNames: 61,
  defaultTypes: 62,
  typeIds: 63,
  quotaUse: 65,
  snapshotsInUse: 66,
  reimaging: 68,
} as const

export type Feature = keyof typeof features

/** The API at the version that a request asked for. */
export type Api = {
  readonly text: string
  has(feature: Feature): boolean
}

/** @throws `invalid` with the status 406 for a version that is not there. */
export function apiOf(headers: HttpRequest['headers']): Api {
  const minor = minorOf(headers['openstack-api-version'])
  return { text: `3.${minor}`, has: (feature) => minor >= features[feature] }
}

/** `volume 3.60, compute 2.1` names versions for several services; the last one for ours counts. */
function minorOf(header: string | undefined): number {
  const asked = header
    ?.split(',')
    .map((each) => each.trim().split(/\s+/))
    .findLast(([service, version]) => service === 'volume' && version !== undefined)?.[1]
  if (asked === undefined) return 0
  if (asked === 'latest') return newest
  const [, major, minor] = /^([1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/.exec(asked) ?? []
  if (major === undefined) {
    const message = `API Version String ${asked} is of invalid format. Must be of format MajorNum.MinorNum.`
    throw problem('invalid', message)
  }
  if (major === '3' && Number(minor) <= newest) return Number(minor)
  const message = `Version ${asked} is not supported by the API. Minimum is 3.0 and maximum is 3.${newest}.`
  throw problem('invalid', message, { status: 406 })
}

/** What tells the client which version was spoken, and caches that it matters. */
export function versionHeaders({ text }: Api): Readonly<Record<string, string>> {
  return { 'OpenStack-API-Version': `volume ${text}`, Vary: 'OpenStack-API-Version' }
}

/** The one version there is, as the document at the root describes it. */
export function versionView(base: string): object {
  return {
    id: 'v3.0',
    status: 'CURRENT',
    version: `3.${newest}`,
    min_version: '3.0',
    updated: '2023-08-31T00:00:00Z',
    links: [
      { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
      { rel: 'self', href: `${base}/v3/` },
    ],
    'media-types': [
      { base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' },
    ],
  }
}
