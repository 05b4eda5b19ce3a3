/**
 * The event stream: what happens to servers, migrations and operations, as it becomes true.
 *
 * It is a view of the change feed, which is written in the transactions that make the changes. So nothing is announced that is
 * not true, nothing is left out, and whoever hands back the position of the last event that it got misses nothing.
 */
import type { Identity } from '../domain/identity.ts'
import type { HostName, ProjectId, ServerId } from '../domain/ids.ts'
import type { Instant } from '../lib/clock.ts'
import type { JsonObject } from '../lib/json.ts'
import { problem } from '../lib/problem.ts'
import { statusOf } from '../domain/states.ts'
import type { TaskState, VmState } from '../domain/states.ts'
import { serverOf } from '../operations/kit.ts'
import * as changes from '../store/changes.ts'
import type { Change, Topic } from '../store/changes.ts'
import * as servers from '../store/compute/servers.ts'
import type { Reader } from '../store/store.ts'
import type { Context } from './context.ts'
import { Doorbell } from './doorbell.ts'
import { stepName } from './operation-list.ts'
import type { StepName } from './operation-list.ts'
import { isOperator } from './operator.ts'

export type CloudEvent = { readonly position: string; readonly at: Instant } & (
  | {
      readonly kind: 'server'
      readonly server: string
      readonly projectId: string | null
      readonly status: string
      readonly vmState: string
      readonly taskState: string | null
      /** Where it is, for operators; null also when it is nowhere. */
      readonly host: HostName | null
    }
  | {
      readonly kind: 'migration'
      readonly migration: string
      readonly projectId: string | null
      readonly status: string
    }
  | {
      readonly kind: 'operation'
      readonly operation: string
      readonly name: string
      readonly server: ServerId | null
      readonly what: 'started' | 'step' | 'interrupted' | 'ended'
      readonly state: string
      /** Backwards: the step is being undone. */
      readonly backwards: boolean
      readonly step: StepName | null
      readonly attempts: number
      readonly problem: string | null
    }
)

/**
 * An event; the position to which nothing more came for a while; or that what came between the position that was asked for and this
 * one is not kept any more.
 */
export type Followed =
  | CloudEvent
  | { readonly kind: 'quiet'; readonly position: string }
  | {
      readonly kind: 'gap'
      readonly position: string
      readonly after: string
      readonly at: Instant
    }

export type Following = {
  /** The position of the last event that the follower has; null to begin with what comes next. */
  readonly after: string | null
  /** How long it may be quiet before that is said, in ms. */
  readonly quietMs: number
  /** Ends the stream. */
  readonly signal: AbortSignal
}

const topics: readonly Topic[] = ['server', 'migration', 'saga', 'step']

/**
 * Follows what the caller may see: everything for operators, what belongs to their project for others.
 * @throws `forbidden` without a project, `invalid` for what is no position.
 */
export async function follow(
  ctx: Context,
  who: Identity,
  following: Following,
): Promise<AsyncIterable<Followed>> {
  if (!isOperator(who) && who.projectId === null) {
    throw problem('forbidden', 'Events are those of a project: the token has none')
  }
  if (following.after !== null && !/^\d{1,15}\.\d{1,15}$/.test(following.after)) {
    throw problem('invalid', `"${following.after}" is not the id of an event`)
  }
  const from = following.after ?? (await ctx.store.read(changes.newestPosition))
  return events(ctx, who, from, following)
}

/** Before everything that is kept: who asks for that knows that it is not all that ever was. */
const beginning = '0.0'

type Page = {
  /** Where what is kept begins, if that is behind the position: the follower has missed something. */
  readonly gapTo: string | null
  readonly changes: readonly Change[]
}

/** What comes after a position, as of one moment. Who follows may be so slow that it has gone. */
async function pageAfter(reader: Reader, after: string): Promise<Page> {
  const forgotten = after === beginning ? beginning : await changes.forgottenTo(reader)
  const gapTo = changes.isAtLeast(after, forgotten) ? null : forgotten
  return { gapTo, changes: await changes.after(reader, gapTo ?? after) }
}

async function* events(
  ctx: Context,
  who: Identity,
  from: string,
  { quietMs, signal }: Following,
): AsyncIterable<Followed> {
  const bell = new Doorbell()
  const ring = (): void => bell.ring()
  const unsubscribe = topics.map((topic) => ctx.store.subscribe(topic, ring))
  signal.addEventListener('abort', ring)
  const projects = new Projects(ctx)
  let position = from
  try {
    // Whoever is cut off before the first event knows where to go on.
    yield { kind: 'quiet', position }
    while (!signal.aborted) {
      const after = position
      const page = await ctx.store.read(async (reader) => await pageAfter(reader, after))
      if (page.gapTo !== null) {
        position = page.gapTo
        yield { kind: 'gap', position, after, at: ctx.clock.now() }
      }
      for (const change of page.changes) {
        const event = await eventOf(change, who, projects)
        if (event !== null && !signal.aborted) yield event
      }
      position = page.changes.at(-1)?.position ?? position
      if (page.changes.length === changes.pageSize) continue
      const cancel = ctx.clock.after(quietMs, () => bell.ring('quiet'))
      const rung = await bell.rung()
      cancel()
      if (rung === 'quiet' && !signal.aborted) yield { kind: 'quiet', position }
    }
  } finally {
    signal.removeEventListener('abort', ring)
    for (const end of unsubscribe) end()
  }
}

/** The event that a change is; null when it is none, or not for this caller. */
async function eventOf(
  change: Change,
  who: Identity,
  projects: Projects,
): Promise<CloudEvent | null> {
  if (change.topic === 'saga' || change.topic === 'step') {
    const server = serverOf(text(change.data, 'subject'))
    const owner = isOperator(who) || server === null ? null : await projects.of(server)
    return isFor(who, owner) ? operationEvent(change, server) : null
  }
  if (!isFor(who, change.projectId)) return null
  if (change.topic === 'migration') return migrationEvent(change)
  return change.topic === 'server' ? serverEvent(change, who) : null
}

function isFor(who: Identity, projectId: string | null): boolean {
  return isOperator(who) || (projectId !== null && projectId === who.projectId)
}

function serverEvent({ key, position, at, projectId, data }: Change, who: Identity): CloudEvent {
  // Written by the store from values of these very types.
  const vmState = data['vmState'] as VmState
  const taskState = data['taskState'] as TaskState | null
  const host = isOperator(who) ? (data['host'] as HostName | null) : null
  const status = statusOf(vmState, taskState)
  const states = { status, vmState, taskState, host }
  return { kind: 'server', position, at, server: key, projectId, ...states }
}

function migrationEvent({ key, position, at, projectId, data }: Change): CloudEvent {
  const status = text(data, 'status')
  return { kind: 'migration', position, at, migration: key, projectId, status }
}

function operationEvent(change: Change, server: ServerId | null): CloudEvent | null {
  const { key, position, at, data, topic } = change
  const what = topic === 'step' ? 'step' : whatOf(text(data, 'what'))
  if (what === null) return null
  const facts = what === 'step' ? stepFacts(data) : sagaFacts(what, data)
  // That the last step is done is told by the end.
  if (facts === null) return null
  const name = text(data, 'name')
  return { kind: 'operation', position, at, operation: key, name, server, what, ...facts }
}

type What = Extract<CloudEvent, { readonly kind: 'operation' }>['what']
type Facts = Pick<
  Extract<CloudEvent, { readonly kind: 'operation' }>,
  'attempts' | 'backwards' | 'problem' | 'state' | 'step'
>

/** What sagas tell each other is no event. */
function whatOf(said: string): What | null {
  return said === 'started' || said === 'interrupted' || said === 'ended' ? said : null
}

function sagaFacts(what: What, data: JsonObject): Facts {
  const state = what === 'ended' ? text(data, 'state') : 'running'
  const failure = state === 'failed' ? text(data, 'problem') : null
  return { state, backwards: false, step: null, attempts: 0, problem: failure }
}

function stepFacts(data: JsonObject): Facts | null {
  const step = stepName(text(data, 'name'), Number(data['next']))
  if (step === null) return null
  return {
    state: text(data, 'state'),
    backwards: data['direction'] !== 'do',
    step,
    attempts: Number(data['attempts']),
    problem: 'problem' in data ? text(data, 'problem') : null,
  }
}

function text(data: JsonObject, name: string): string {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}

/** Whose servers are: looked up once each, because that never changes. */
class Projects {
  readonly #ctx: Context
  readonly #known = new Map<ServerId, ProjectId | null>()

  constructor(ctx: Context) {
    this.#ctx = ctx
  }

  async of(id: ServerId): Promise<ProjectId | null> {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const server = await this.#ctx.store.read(async (reader) => await servers.find(reader, id))
    const projectId = server?.projectId ?? null
    if (this.#known.size >= projectsKeptMax) this.#known.clear()
    this.#known.set(id, projectId)
    return projectId
  }
}

const projectsKeptMax = 10_000
