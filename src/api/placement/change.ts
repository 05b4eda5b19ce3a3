/**
 * A change: one microversion, told backwards.
 *
 * Handlers speak the newest version only. A change says how to take one step back from its version to the one before: which
 * routes did not exist or still did, what a body or a query did not take yet, what a document loses, and which behaviours
 * were not adopted.
 */
import { assert } from '../../lib/problem.ts'
import type { SchemaStep } from './schemas/json-schema.ts'
import type { Minor } from './versions.ts'

/** A document as it goes over the wire. A step may change the one it is given: it was made for this answer. */
export type Wire = { [key: string]: unknown }

export type StepBack = (document: Wire) => Wire

/** What a client sends in an older version, in the words of the newer one. */
export type Lift = (body: unknown) => unknown

export type DocumentName =
  | 'provider'
  | 'aggregates'
  | 'allocationsOfConsumer'
  | 'allocationsOfProvider'
  | 'usages'

/** What is done differently, as opposed to shown differently. Handlers ask `api.has(name)`. */
export type Behaviour =
  | 'newProvidersAreShown'
  | 'answersAreDated'
  | 'errorsHaveCodes'
  | 'aggregatesAreCounted'
  | 'traitsMayBeForbidden'
  | 'traitsMayBeAlternatives'
  | 'membershipMayBeRepeated'
  | 'membershipMayBeForbidden'
  | 'everythingMayBeReserved'
  | 'providersMayMove'
  | 'consumersHaveGenerations'
  | 'consumersHaveTypes'
  | 'candidatesAreKeyedByProvider'
  | 'candidatesShowTraits'
  | 'candidatesShowAllClasses'
  | 'candidatesShowTrees'
  | 'candidatesShowMappings'
  | 'candidatesMayBeNested'
  | 'groupsMayHaveNoResources'

export type Steps = {
  /** By the name of the route. */
  readonly requests?: Readonly<Record<string, SchemaStep>>
  readonly lifts?: Readonly<Record<string, Lift>>
  readonly queries?: Readonly<Record<string, SchemaStep>>
  readonly responses?: { readonly [Name in DocumentName]?: StepBack }
  /** Routes that did not exist before. */
  readonly adds?: readonly string[]
  /** Routes that still existed before. */
  readonly removes?: readonly string[]
  readonly adopts?: readonly Behaviour[]
}

export type Change = Steps & { readonly minor: Minor; readonly title: string }

export function change(version: `1.${number}`, title: string, steps: Steps): Change {
  const minor = Number(version.slice(2))
  assert(Number.isInteger(minor) && minor > 0, 'a change needs a version', { version })
  return { ...steps, minor, title }
}

/** Loses these. */
export function without(...keys: readonly string[]): StepBack {
  return (document) => {
    for (const key of keys) delete document[key]
    return document
  }
}

/** Loses the links of these kinds. */
export function withoutLinks(...kinds: readonly string[]): StepBack {
  return (document) => {
    const links = document['links']
    assert(Array.isArray(links), 'a document without links')
    return { ...document, links: links.filter(({ rel }: { rel: string }) => !kinds.includes(rel)) }
  }
}
