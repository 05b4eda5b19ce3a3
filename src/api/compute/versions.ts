/**
 * Which version of the API a request speaks.
 *
 * A request names a microversion in a header and gets the oldest one when it names none. The path says more: below `/v2` lives
 * the API as it was before microversions, which is one step older than the oldest and is not asked for by header. Versions of
 * this API are all 2.something, so that a version here is only its minor number.
 */
import type { HttpRequest } from '../http/service.ts'

export type Minor = number

/** What `/v2` speaks: the form before input was judged strictly. */
export const legacy: Minor = 0
export const oldest: Minor = 1

export type Asked =
  | { readonly kind: 'version'; readonly minor: Minor }
  | { readonly kind: 'malformed'; readonly text: string }
  | { readonly kind: 'unsupported'; readonly text: string }

const current = 'openstack-api-version'
const former = 'x-openstack-nova-api-version'

/** The version that the headers ask for. The newer header wins; within it, only what concerns this service counts. */
export function askedVersion(headers: HttpRequest['headers'], newest: Minor): Asked {
  const text = fromCurrentHeader(headers[current]) ?? headers[former]?.split(',').at(-1)?.trim()
  if (text === undefined) return { kind: 'version', minor: oldest }
  if (text.toLowerCase() === 'latest') return { kind: 'version', minor: newest }
  const [, major, minor] = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(text) ?? []
  if (major === undefined) return { kind: 'malformed', text }
  const number = Number(minor)
  return major === '2' && number >= oldest && number <= newest
    ? { kind: 'version', minor: number }
    : { kind: 'unsupported', text }
}

/** `compute 2.90, placement 1.2` names versions for several services; the last one for ours counts. */
function fromCurrentHeader(header: string | undefined): string | undefined {
  return header
    ?.split(',')
    .map((each) => each.trim().split(/\s+/))
    .findLast(
      ([service, version]) => service?.toLowerCase() === 'compute' && version !== undefined,
    )?.[1]
}

/** What tells the client which version was spoken, and caches that it matters. */
export function versionHeaders(text: string): Readonly<Record<string, string | readonly string[]>> {
  return {
    'OpenStack-API-Version': `compute ${text}`,
    'X-OpenStack-Nova-API-Version': text,
    Vary: ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'],
  }
}

export function textOf(minor: Minor): string {
  return `2.${minor}`
}
