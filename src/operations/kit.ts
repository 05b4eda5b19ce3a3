/** What the steps of every operation work with. */
import type { Call, Hosts, HostVerbs } from '../agents/hosts.ts'
import type { HostName, ServerId } from '../domain/ids.ts'
import { needsOtherHost } from '../drivers/exceptions.ts'
import type { Problem } from '../lib/problem.ts'
import type { MigrationStatus, TaskState } from '../domain/states.ts'
import { SagaBuilder } from '../saga/definition.ts'
import type { Calling, Kit, Recording, Saga } from '../saga/definition.ts'
import type { Tx } from '../store/store.ts'
import type { Placing } from './placing.ts'
import type { Plugging } from './plugging.ts'
import type { Secrets } from './secrets.ts'

/** Starts a saga in a step's transaction. The same id starts it once. */
export type Starter = <P>(
  tx: Tx,
  saga: Saga<P>,
  start: { readonly subject: string; readonly params: P; readonly id?: string },
) => Promise<string>

export type Tools = {
  readonly hosts: Hosts
  readonly placing: Placing
  readonly start: Starter
  readonly secrets: Secrets
  readonly plugging: Plugging
}

/** What users see while a step runs: the server's task state and the status of its open migration. */
export type Shown = {
  readonly task?: TaskState | null
  readonly migration?: MigrationStatus
}

export type OperationKit = Kit & { readonly tools: Tools; readonly shows: Shown }

/** What every operation on a server is started with. */
export type ServerParams = { readonly serverId: ServerId }

export type Recorded<P, O = unknown> = Recording<OperationKit, P, O>
export type Called<P, O = unknown> = Calling<OperationKit, P, O>

/** Begins the page of an operation on a server. */
export function operation<P>(name: string): SagaBuilder<OperationKit, P, unknown> {
  return new SagaBuilder<OperationKit, P, unknown>(name)
}

/** The subject that an operation on a server owns. */
export function serverSubject(serverId: ServerId): string {
  return `server/${serverId}`
}

/** What a host is cleaned of. */
export type Cleaning = 'remains' | 'everything'

/** The subject of cleaning what a server left on a host. */
export function cleaningSubject(host: HostName, serverId: ServerId, what: Cleaning): string {
  return `cleaning/${host}/${serverId}/${what}`
}

/** A pattern for the subjects of every cleaning of what the server left anywhere. The host comes second. */
export function cleaningSubjects(serverId: ServerId): string {
  return `cleaning/%/${serverId}/%`
}

/** A pattern for the subjects of every cleaning there is. */
export const everyCleaning = 'cleaning/%'

/** What a subject of cleaning is about, or null when it is none. */
export function cleaningOf(
  subject: string,
): { readonly host: HostName; readonly server: ServerId; readonly what: Cleaning } | null {
  const [kind, host, server, what] = subject.split('/')
  if (kind !== 'cleaning' || host === undefined || server === undefined) return null
  // Subjects are made by `cleaningSubject` from such names.
  return { host: host as HostName, server: server as ServerId, what: what as Cleaning }
}

/** The server that a subject is about, or null. */
export function serverOf(subject: string): ServerId | null {
  // Subjects are made by `serverSubject` from such ids.
  return subject.startsWith('server/') ? (subject.slice('server/'.length) as ServerId) : null
}

/** The verbs of a host, for this very step. */
export function on<P, O>(c: Called<P, O>, host: HostName): HostVerbs {
  const call: Call = c.call
  return c.tools.hosts.on(host, call)
}

/** The hosts that the named step chose in earlier rounds. */
export function triedHosts(
  earlier: readonly Readonly<Record<string, unknown>>[],
  step: string,
): readonly HostName[] {
  return earlier.flatMap((out) => {
    // What a step that chooses returns has its host; a round that came not so far has no such output.
    const chosen = out[step] as { readonly host: HostName } | undefined
    return chosen === undefined ? [] : [chosen.host]
  })
}

/**
 * Whether another host may do better: this one did not answer, or refused in a way that speaks of itself. That no host fits
 * is not such a failure: there is no other.
 */
export function anotherMayDo(failure: Problem): boolean {
  return failure.kind === 'unavailable' || needsOtherHost(failure)
}
