/**
 * A change: one microversion, told backwards.
 *
 * Handlers and views speak the newest version only. A change says how to take one step back from its version to the one before:
 * what a document loses or regains, what a request's schema did not take yet, which routes did not exist or still did, and
 * which behaviours were not adopted. What a client of 2.30 gets is the newest document walked back through 2.104, 2.103, … 2.31.
 */
import type { Facts } from './views.ts'
import type { JsonSchema } from './schemas/json-schema.ts'
import type { Minor } from './versions.ts'
import { assert } from '../../lib/problem.ts'

/** A document as it goes over the wire. Steps may change the one they are given: it was made for this answer. */
export type Wire = { [key: string]: unknown }

export type DocumentName = keyof Facts

/**
 * One step back for a document. `full` is what the newest document was made from, for steps that bring back what a newer
 * version has dropped.
 */
export type StepBack<F> = (document: Wire, full: F) => Wire

/** One step back for a schema: it gets a copy that is its own. */
export type SchemaStep = (schema: JsonSchema) => JsonSchema

/** One step forth for the body of a request: what an older version writes, in the newer one's words. */
export type Lift = (body: Wire) => Wire

/**
 * What is done differently, as opposed to shown differently. A handler asks `api.has(name)`; each name is adopted by exactly one
 * change.
 */
export type Behaviour =
  | 'publicFlavorsTakeNoAccess'
  | 'shelvedServersTakeVolumes'
  | 'deletedServersShowActions'
  | 'evacuationIsScheduled'
  | 'liveMigrationIsScheduled'
  | 'consoleTokensOfEveryKind'
  | 'diagnosticsHaveOneForm'
  | 'liveMigrationIsCheckedLater'
  | 'unknownStatusIsRefused'
  | 'imageMetadataIsNotCounted'
  | 'snapshotsAnswerWithTheImage'
  | 'servicesGoByUuid'
  | 'hypervisorsGoByUuid'
  | 'actionsComeInPages'
  | 'migrationsComeInPages'
  | 'multiattachVolumes'
  | 'keypairsComeInPages'
  | 'usageComesInPages'
  | 'hypervisorsComeInPages'
  | 'waitingMigrationsCanBeAborted'
  | 'everyUserMayFilterByIp6'
  | 'everyUserMayFilterMore'
  | 'everyUserMayFilterByHostname'
  | 'attachmentsAreUpdatedInPlace'
  | 'extraSpecsAreJudged'
  | 'volumeBackedRescue'
  | 'volumeBackedRebuild'
  | 'coldMigrationToHost'
  | 'locksHaveReasons'
  | 'unshelvedWhereAsked'
  | 'evacuateLeavesStopped'
  | 'evacuationAnswersNothing'
  | 'servicesCanBeForcedDown'
  | 'attachingIsAccepted'

export type Steps = {
  readonly responses?: { readonly [D in DocumentName]?: StepBack<Facts[D]> }
  /** By the name of the route whose body it is. */
  readonly requests?: Readonly<Record<string, SchemaStep>>
  readonly queries?: Readonly<Record<string, SchemaStep>>
  readonly lifts?: Readonly<Record<string, Lift>>
  /** For every route that has a body. */
  readonly everyRequest?: SchemaStep
  readonly everyLift?: Lift
  /** The status of success before, by the name of the route. */
  readonly statuses?: Readonly<Record<string, number>>
  /** Routes that did not exist before. */
  readonly adds?: readonly string[]
  /** Routes that still existed before. */
  readonly removes?: readonly string[]
  readonly adopts?: readonly Behaviour[]
}

export type Change = Steps & { readonly minor: Minor; readonly title: string }

/** Declares what a microversion changed. Without steps it is a signal only, or concerns what is gone altogether. */
export function change(version: `2.${number}`, title: string, what: Steps = {}): Change {
  const minor = Number(version.slice(2))
  assert(Number.isInteger(minor) && minor > 0, 'a change needs a version', { version })
  return { ...what, minor, title }
}

// --- steps back for documents

/**
 * Loses these. What is undefined is not written; a key that was deleted is not either, but the object is a slow one from then on.
 */
export function without(...keys: readonly string[]): StepBack<unknown> {
  return (document) => {
    for (const key of keys) if (key in document) document[key] = undefined
    return document
  }
}

/** Gains or replaces these, from what the document was made of. */
export function having<F>(more: (full: F, document: Wire) => Wire): StepBack<F> {
  return (document, full) => Object.assign(document, more(full, document))
}

/** One after the other. */
export function steps<F>(...all: readonly StepBack<F>[]): StepBack<F> {
  return (document, full) => all.reduce((result, step) => step(result, full), document)
}

/** The same step for several documents. */
export function each<const N extends string, S>(names: readonly N[], step: S): Record<N, S> {
  // Every name of the list becomes a key.
  return Object.fromEntries(names.map((name) => [name, step])) as Record<N, S>
}
