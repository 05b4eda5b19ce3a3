/**
 * Stories that need one another: a chapter is a list of requests and answers as data, in an order in which they can be told, at every
 * version at which it is told.
 *
 * What stands in braces is a name for something that there is from the beginning, or that a step before has kept of its answer.
 */
import type { FaultData } from '../../src/drivers/fault-data.ts'
import type { CloudSettings } from '../../src/app/servers/context.ts'
import type { VmState } from '../../src/domain/states.ts'
import type { Caller } from '../support/callers.ts'

export type Asked = {
  /** `POST /flavors/{flavor}/action`. */
  readonly ask: string
  /** An admin, unless it is said; where the chapter is told by somebody else than its teller, they ask in the teller's place. */
  readonly as?: Caller
  /** Undefined for none. */
  readonly body?: unknown
  /** The chapter's version, unless the step has one of its own. */
  readonly at?: number
  /** The chapter's versions at which the step belongs to it; all, unless it is said. */
  readonly from?: number
  readonly until?: number
  readonly status: number
  /** What the answer holds, at least. */
  readonly answer?: object
  /** Names for parts of the answer: `{ flavor: 'flavor.id' }`. */
  readonly keeps?: Readonly<Record<string, string>>
  /** What it begins does not end before something else is asked. */
  readonly goesOn?: true
}

/** What happens in the world meanwhile. */
export type Event =
  /** A host loses its power, and is not heard of. */
  | { readonly lost: string }
  /** Transfers of guests from a host last until they are hurried. */
  | { readonly slow: string }
  /** Calls to hosts fail; with none of them, none does any more. */
  | { readonly faults: readonly FaultData[] }
  /** The server's move has come so far. */
  | { readonly moving: string; readonly until: string }
  /** The record says that the server is in a state in which it is not. */
  | { readonly believed: string; readonly vmState: VmState }
  /** The volume service says that it is moving the volume. */
  | { readonly movingVolume: string }

export type Chapter = {
  readonly title: string
  /** Each in a cloud of its own; the newest one, unless they are said. */
  readonly versions?: readonly number[]
  /** Who asks for what the chapter is about: a member, unless it is said. */
  readonly teller?: Caller
  /** Who can tell it as well, which they do at its first version. */
  readonly toldBy?: readonly Caller[]
  readonly hosts?: readonly string[]
  readonly settings?: Partial<CloudSettings>
  readonly steps: readonly (Asked | Event)[]
}

/** What there is in the cloud of every chapter, by the names under which the steps speak of it. */
export type Things = Readonly<Record<string, unknown>>

/** The value with everything in braces replaced: a text that is nothing but a name becomes what has the name. */
export function named(value: unknown, things: Things): unknown {
  if (typeof value === 'string') return namedText(value, things)
  if (Array.isArray(value)) return value.map((each) => named(each, things))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      String(namedText(key, things)),
      named(each, things),
    ]),
  )
}

function namedText(text: string, things: Things): unknown {
  const [, whole] = /^\{(\w+)\}$/.exec(text) ?? []
  if (whole !== undefined) return thing(whole, things)
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(thing(name, things)))
}

function thing(name: string, things: Things): unknown {
  if (!(name in things)) throw new Error(`nobody has said what {${name}} is`)
  return things[name]
}

/** What is at a place in a document: `servers.0.id`. */
export function partOf(document: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((part, key) => {
    if (typeof part !== 'object' || part === null || !(key in part)) {
      throw new Error(`there is no ${place} in ${JSON.stringify(document)}`)
    }
    return Reflect.get(part, key)
  }, document)
}
