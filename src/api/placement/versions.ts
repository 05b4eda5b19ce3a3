/**
 * Which version of the API a request speaks. Versions are all 1.something, so a version here is only its minor number.
 *
 * A request names it in a header that services share: `compute 2.90, placement 1.30`; the last one for Placement counts.
 */
import type { HttpRequest } from '../http/service.ts'

export type Minor = number

export type Asked =
  | { readonly kind: 'version'; readonly minor: Minor }
  | { readonly kind: 'malformed'; readonly text: string }
  | { readonly kind: 'unsupported'; readonly text: string }

const header = 'openstack-api-version'

export function askedVersion(headers: HttpRequest['headers'], newest: Minor): Asked {
  const text = headers[header]
    ?.split(',')
    .map((each) => /^\s*(\S+)\s+(.*?)\s*$/.exec(each))
    .findLast((each) => each?.[1]?.toLowerCase() === 'placement')?.[2]
  if (text === undefined) return { kind: 'version', minor: 0 }
  if (text === 'latest') return { kind: 'version', minor: newest }
  const [, major, minor] = /^(\d{1,9})\.(\d{1,9})$/.exec(text) ?? []
  if (major === undefined) return { kind: 'malformed', text }
  const number = Number(minor)
  return Number(major) === 1 && number <= newest
    ? { kind: 'version', minor: number }
    : { kind: 'unsupported', text }
}

export function textOf(minor: Minor): string {
  return `1.${minor}`
}

/** What tells the client which version was spoken. */
export function versionHeader(minor: Minor): Readonly<Record<string, string>> {
  return { [header]: `placement ${textOf(minor)}` }
}

/** What tells caches that it matters; only on success. */
export const varyHeader = { vary: header } as const
