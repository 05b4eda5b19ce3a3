/** What handlers answer with. */
import type { JsonBody } from '../http/service.ts'
import type { Wire } from './change.ts'

export type Reply = {
  readonly status: number
  readonly body?: JsonBody
  /** The body, when it is a long list. */
  readonly listing?: Listing
  readonly headers?: Readonly<Record<string, string>>
}

export function ok(body?: JsonBody): Reply {
  return body === undefined ? { status: 200 } : { status: 200, body }
}

/**
 * A list by its name, and what else is in the body. Its documents are made one by one while it is written: a thousand of them at
 * once would be copied about in memory several times before they are garbage.
 */
export type Listing = {
  readonly name: string
  readonly documents: Iterable<Wire>
  readonly more: Readonly<Record<string, unknown>>
}

export function okListing<T>(
  name: string,
  items: readonly T[],
  show: (item: T) => Wire,
  more: Listing['more'],
): Reply {
  return { status: 200, listing: { name, documents: shown(items, show), more } }
}

function* shown<T>(items: readonly T[], show: (item: T) => Wire): Generator<Wire> {
  for (const item of items) yield show(item)
}

/** It will be done: watch the server. */
export function accepted(body?: JsonBody, headers: Reply['headers'] = {}): Reply {
  return body === undefined ? { status: 202, headers } : { status: 202, body, headers }
}

export function created(body?: JsonBody, headers: Reply['headers'] = {}): Reply {
  return body === undefined ? { status: 201, headers } : { status: 201, body, headers }
}

export function noContent(): Reply {
  return { status: 204 }
}
