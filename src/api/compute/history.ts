/**
 * All changes together: what the API was at any version.
 *
 * The way from the newest version to an older one is composed once for each document or request and remembered. It is
 * remembered by the oldest change that has a say: versions between two changes share it, so that there are as many as there were
 * changes and not as many as there are versions.
 */
import { assert } from '../../lib/problem.ts'
import { steps } from './change.ts'
import type { Behaviour, Change, DocumentName, Lift, StepBack, Wire } from './change.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import type { Minor } from './versions.ts'

export type History = {
  readonly newest: Minor
  readonly changes: readonly Change[]
  has(behaviour: Behaviour, at: Minor): boolean
  /** Whether the route exists at a version. */
  exists(route: string, at: Minor): boolean
  /** The first and the last version at which the route exists; null where there is no bound. */
  lifeOf(route: string): { readonly from: Minor | null; readonly until: Minor | null }
  /** What turns the newest document into that of a version. */
  walk(document: DocumentName, at: Minor): StepBack<unknown>
  request(route: string, newest: JsonSchema, at: Minor): JsonSchema
  query(route: string, newest: JsonSchema, at: Minor): JsonSchema
  /** Puts a body of a version in the newest version's words. */
  lift(route: string, at: Minor): Lift
  statusOf(route: string, newest: number, at: Minor): number
}

export function openHistory(changes: readonly Change[]): History {
  const ordered = changes.toSorted((a, b) => b.minor - a.minor)
  const newest = ordered[0]?.minor ?? 0
  ordered.forEach((each, index) => {
    assert(each.minor === newest - index, 'a version has no change or two', { minor: each.minor })
  })
  const adopted = once(ordered, ({ adopts }) => adopts)
  const added = once(ordered, ({ adds }) => adds)
  const removed = once(ordered, ({ removes }) => removes)
  const walks = remembering<StepBack<unknown>>()
  const ways = new Map<string, StepBack<unknown>>()
  const requests = remembering<JsonSchema>()
  const queries = remembering<JsonSchema>()
  const lifts = remembering<Lift>()

  /** The changes newer than a version that say something, newest first. */
  const since = <T>(at: Minor, pick: (each: Change) => T | undefined): readonly Said<T>[] => {
    const said: Said<T>[] = []
    for (const each of ordered) {
      if (each.minor <= at) break
      const what = pick(each)
      if (what !== undefined) said.push({ minor: each.minor, what })
    }
    return said
  }

  return {
    newest,
    changes: ordered,
    has: (behaviour, at) => at >= (adopted.get(behaviour) ?? Infinity),
    exists: (route, at) => at >= (added.get(route) ?? 0) && at < (removed.get(route) ?? Infinity),
    lifeOf: (route) => ({
      from: added.get(route) ?? null,
      until: removed.has(route) ? (removed.get(route) ?? 0) - 1 : null,
    }),
    walk: (document, at) => {
      // Asked for every entry of a list: looking through all changes each time would cost more than the way itself.
      const known = ways.get(`${document}@${at}`)
      if (known !== undefined) return known
      // A step takes the facts of its own document, and is only ever called with those.
      const said = since(at, (each) => each.responses?.[document] as StepBack<unknown> | undefined)
      const way = walks(document, said, () => steps(...said.map(({ what }) => what)))
      ways.set(`${document}@${at}`, way)
      return way
    },
    request: (route, schema, at) => {
      const said = since(at, ({ requests: by, everyRequest }) => by?.[route] ?? everyRequest)
      return requests(route, said, () => walkedSchema(schema, said))
    },
    query: (route, schema, at) => {
      const said = since(at, ({ queries: by }) => by?.[route])
      return queries(route, said, () => walkedSchema(schema, said))
    },
    lift: (route, at) => {
      const said = since(at, ({ lifts: by, everyLift }) => by?.[route] ?? everyLift)
      return lifts(route, said, () => {
        const way = said.map(({ what }) => what).toReversed()
        return (body: Wire) => way.reduce((result, step) => step(result), body)
      })
    },
    statusOf: (route, status, at) =>
      since(at, ({ statuses }) => statuses?.[route]).at(-1)?.what ?? status,
  }
}

type Said<T> = { readonly minor: Minor; readonly what: T }

function walkedSchema(
  schema: JsonSchema,
  said: readonly Said<(schema: JsonSchema) => JsonSchema>[],
): JsonSchema {
  if (said.length === 0) return schema
  return said.reduce((result, { what }) => what(result), structuredClone(schema))
}

/** Remembers by name and by the oldest change on the way. */
function remembering<T>() {
  const known = new Map<string, T>()
  return (name: string, said: readonly Said<unknown>[], make: () => T): T => {
    const key = `${name}@${said.at(-1)?.minor ?? 'newest'}`
    const old = known.get(key)
    if (old !== undefined) return old
    const made = make()
    known.set(key, made)
    return made
  }
}

/** The version of each name, of which every one is said once. */
function once(
  changes: readonly Change[],
  pick: (each: Change) => readonly string[] | undefined,
): ReadonlyMap<string, Minor> {
  const found = new Map<string, Minor>()
  for (const each of changes) {
    for (const name of pick(each) ?? []) {
      assert(!found.has(name), 'two changes say the same', { name, minor: each.minor })
      found.set(name, each.minor)
    }
  }
  return found
}
