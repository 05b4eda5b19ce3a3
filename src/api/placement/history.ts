/**
 * All changes together: what the API was at any version.
 *
 * What a request looks like at a version is worked out once and remembered; there are few routes and forty versions.
 */
import { assert } from '../../lib/problem.ts'
import type { Behaviour, Change, DocumentName, Wire } from './change.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import type { Minor } from './versions.ts'

export type History = {
  readonly newest: Minor
  has(behaviour: Behaviour, at: Minor): boolean
  /** Whether the route exists at a version. */
  exists(route: string, at: Minor): boolean
  show(name: DocumentName, document: Wire, at: Minor): Wire
  request(route: string, newest: JsonSchema, at: Minor): JsonSchema
  query(route: string, newest: JsonSchema, at: Minor): JsonSchema
  lift(route: string, body: unknown, at: Minor): unknown
}

export function openHistory(changes: readonly Change[]): History {
  const ordered = changes.toSorted((a, b) => b.minor - a.minor)
  ordered.forEach(({ minor }, i) => {
    assert(minor === ordered.length - i, 'a version has no change or two', { minor })
  })
  const adopted = versionsOf(changes, ({ adopts }) => adopts)
  const added = versionsOf(changes, ({ adds }) => adds)
  const removed = versionsOf(changes, ({ removes }) => removes)
  const newerThan = (at: Minor): readonly Change[] => ordered.filter(({ minor }) => minor > at)
  const requests = remembering<JsonSchema>()
  const queries = remembering<JsonSchema>()
  return {
    newest: ordered.length,
    has: (behaviour, at) => at >= (adopted.get(behaviour) ?? 0),
    exists: (route, at) =>
      at >= (added.get(route) ?? 0) && at < (removed.get(route) ?? Number.POSITIVE_INFINITY),
    show: (name, document, at) =>
      ordered.reduce((shown, { minor, responses }) => {
        return minor > at ? (responses?.[name]?.(shown) ?? shown) : shown
      }, document),
    request: (route, newest, at) =>
      requests(`${route} ${at}`, () =>
        newerThan(at).reduce((schema, { requests: steps }) => {
          return steps?.[route]?.(schema) ?? schema
        }, newest),
      ),
    query: (route, newest, at) =>
      queries(`${route} ${at}`, () =>
        newerThan(at).reduce((schema, { queries: steps }) => {
          return steps?.[route]?.(schema) ?? schema
        }, newest),
      ),
    lift: (route, body, at) =>
      newerThan(at).reduceRight((lifted, { lifts }) => {
        const lift = lifts?.[route]
        return lift === undefined ? lifted : lift(lifted)
      }, body),
  }
}

function versionsOf<Name extends string>(
  changes: readonly Change[],
  pick: (change: Change) => readonly Name[] | undefined,
): ReadonlyMap<string, Minor> {
  return new Map(changes.flatMap((each) => (pick(each) ?? []).map((name) => [name, each.minor])))
}

function remembering<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, T>()
  return (key, make) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const made = make()
    known.set(key, made)
    return made
  }
}
