/** What the handlers of accounts read from a request. */
import type { Known } from '../../app/identity/token-cache.ts'
import type { JsonObject } from '../../lib/json.ts'
import { bad, textOrNull } from '../http/fields.ts'
import type { TextRule } from '../http/fields.ts'
import type { Asked } from '../http/rest-service.ts'
import { baseOf } from './api.ts'
import { matchingInexactly } from './inexact-filters.ts'
import { linksAt, listView } from './views.ts'
import type { Links } from './views.ts'

export type Ask = Asked<Known>

export const nameRule: TextRule = { min: 1, max: 255, pattern: /\S/ }
export const longText: TextRule = { max: 65_535 }

/** What is made without naming a domain belongs to that of whoever makes it. */
export function ownDomain({ who: { token } }: Ask): string {
  return token.domain?.id ?? token.project?.domainId ?? token.user.domainId
}

export function enabledOf({ request }: Ask): boolean | null {
  const asked = request.query.get('enabled')
  return asked === null ? null : !/^(?:0|false|no|off)$/i.test(asked)
}

export function page(
  ask: Ask,
  name: string,
  views: readonly object[],
): { status: number; body: object } {
  const self = `${ask.request.origin}${ask.request.mount}${ask.request.path}`
  const matching = matchingInexactly(name, views, ask.request.query)
  return { status: 200, body: listView(name, matching, self) }
}

export function idOf({ params }: Ask): string {
  return params['id'] ?? ''
}

export function linksOf({ request }: Ask): Links {
  return linksAt(baseOf(request))
}

/** A time without a zone is UTC. */
export function readInstant(body: JsonObject, name: string): number | null {
  const written = textOrNull(body, name)
  if (written === undefined || written === null) return null
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(written) ? written : `${written}Z`
  const ms = Date.parse(zoned)
  if (Number.isNaN(ms)) throw bad(name, 'it must be a time such as 2030-01-31T12:00:00.000000')
  return ms
}
