/** Requests as clients make them: asked of one process, answered, refused, or never heard of again. */
import type { Cloud } from '../../src/app/cloud.ts'
import * as creating from '../../src/app/servers/create.ts'
import * as deleting from '../../src/app/servers/delete.ts'
import type { RequestContext } from '../../src/app/context.ts'
import { updateService } from '../../src/app/services.ts'
import type { HostName, ImageId } from '../../src/domain/ids.ts'
import { asProblem } from '../../src/lib/problem.ts'
import { plainWish } from '../../src/rehearsal/wishes.ts'
import { acts } from './acts.ts'
import type { Stage } from './stage.ts'
import type { Process } from './process.ts'
import { sayEntry } from './story.ts'
import type { RequestEntry } from './story.ts'
import { bootVolume } from './volume-acts.ts'

/** What a client may be told when its request comes at a bad moment. */
const refusals = new Set(['conflict', 'stale', 'not-found', 'invalid', 'over-quota', 'forbidden'])
/** And what it may be told of an operation whose end it has waited for. */
const failures = new Set([...refusals, 'failed', 'unavailable', 'no-capacity'])

export class Requests {
  readonly #stage: Stage
  /** The ids that were acknowledged, by the story's numbers. */
  readonly #ids = new Map<number, string>()
  readonly #underWay = new Map<object, Process>()
  /** Ids of servers whose delete was accepted. */
  readonly deleted = new Set<string>()
  accepted = 0
  refused = 0
  #count = 0

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Ids of servers whose creation was accepted. */
  get created(): readonly string[] {
    return [...this.#ids.values()]
  }

  /** How many are still waiting for an answer from a process that is there. */
  get underWay(): number {
    for (const [ticket, { gate }] of this.#underWay) if (gate.isGone) this.#underWay.delete(ticket)
    return this.#underWay.size
  }

  async make(entry: RequestEntry): Promise<void> {
    const { trace } = this.#stage
    const { process, cloud } = this.#asked(entry.process)
    trace.say(`${sayEntry(entry)}${cloud === null ? ' (nobody is there)' : ''}`)
    if (cloud !== null && entry.act === 'evacuate-host') {
      await this.#evacuateHost(entry, process, cloud)
    } else if (cloud !== null) {
      const act = this.#prepared(entry, cloud)
      const may = acts[entry.act]?.waits === true ? failures : refusals
      const what = `${entry.act} server-${entry.server}`
      if (act !== null) await this.#answered(what, process, act, may)
    }
  }

  /** Everything that is said to be on a host: whoever cannot be evacuated is refused. */
  async #evacuateHost(entry: RequestEntry, process: Process, { ctx }: Cloud): Promise<void> {
    const { records, admin, imageRef } = this.#stage
    const tenant = this.#stage.tenant(entry.tenant)
    const { host, to } = entry.with ?? {}
    const there = [...records.seen].filter(([, seen]) => seen.host === host && seen.alive !== null)
    const all = there.map(async ([id, { name }]) => {
      const who = { ctx, tenant, admin, request: this.#context() }
      const about = { ...who, id, imageRef, volumes: [], with: { host: to ?? '' } }
      const work = async (): Promise<void> => await acts['evacuate']?.ask(about)
      await this.#answered(`evacuate ${name}`, process, work)
    })
    await Promise.all(all)
  }

  /** A delete by the operator, who asks until somebody accepts it. */
  async remove(id: string): Promise<void> {
    const { process, cloud } = this.#asked(0)
    if (cloud === null) return
    const { admin } = this.#stage
    await this.#answered(`delete ${id} in the end`, process, async () => {
      await deleting.remove(cloud.ctx, admin, this.#context(), id, 'forceDelete')
      this.deleted.add(id)
    })
  }

  /** An operator says that a host is to be taken for lost, or that it is not any more. Whether that was accepted. */
  async giveUpHost(host: HostName, forcedDown: boolean): Promise<boolean> {
    const { process, cloud } = this.#asked(0)
    if (cloud === null) return false
    const before = this.accepted
    const what = `${host} is ${forcedDown ? '' : 'not '}to be taken for lost`
    await this.#answered(what, process, async () => {
      const ref = { host, binary: 'nova-compute' }
      await updateService(cloud.ctx, this.#stage.admin, ref, { forcedDown })
    })
    return this.accepted > before
  }

  async #answered(
    what: string,
    process: Process,
    work: () => Promise<void>,
    may: ReadonlySet<string> = refusals,
  ): Promise<void> {
    const { trace, judge } = this.#stage
    const ticket = {}
    this.#underWay.set(ticket, process)
    try {
      await work()
      this.accepted += 1
      trace.say(`accepted: ${what}`)
    } catch (thrown) {
      const { kind, message, cause } = asProblem(thrown)
      this.refused += 1
      trace.say(`refused: ${what}: ${kind}: ${message}`)
      const stack = cause instanceof Error ? cause.stack : undefined
      if (!may.has(kind)) judge.fail('bug', `${what}: ${kind}: ${message}`, stack)
    } finally {
      this.#underWay.delete(ticket)
    }
  }

  /** What is asked for; null when there is nothing to ask, because nobody has heard of the server. */
  #prepared(entry: RequestEntry, { ctx }: Cloud): (() => Promise<void>) | null {
    const tenant = this.#stage.tenant(entry.tenant)
    const { admin, imageRef } = this.#stage
    const volumes = this.#stage.volumes[entry.tenant] ?? []
    const given = entry.with ?? {}
    const request = this.#context()
    if (entry.act === 'create') {
      // Naming a host is for admins.
      const who = given['host'] === undefined ? tenant : { ...tenant, roles: admin.roles }
      return async () => {
        const made = await creating.create(ctx, who, request, wish(entry, given, imageRef))
        for (const { id } of made.servers) this.#ids.set(entry.server, id)
      }
    }
    const act = acts[entry.act]
    const id = this.#ids.get(entry.server)
    if (act === undefined || id === undefined) return null
    return async () => {
      await act.ask({ ctx, request, tenant, admin, id, imageRef, volumes, with: given })
      if (act.to === 'gone') this.deleted.add(id)
    }
  }

  /** The process of that number, or the next one that is there. */
  #asked(number: number): { readonly process: Process; readonly cloud: Cloud | null } {
    const { processes } = this.#stage
    const inOrder = [...processes.slice(number), ...processes.slice(0, number)]
    const [first] = inOrder
    if (first === undefined) throw new Error('a stage has processes')
    const process = inOrder.find((each) => !each.gate.isGone && each.cloud() !== null) ?? first
    return { process, cloud: process.gate.isGone ? null : process.cloud() }
  }

  #context(): RequestContext {
    this.#count += 1
    return { requestId: `req-${this.#count}`, globalRequestId: null }
  }
}

function wish(
  entry: RequestEntry,
  given: Readonly<Record<string, string>>,
  image: ImageId,
): creating.CreateWish {
  const { boots } = given
  const disks = boots === undefined ? null : [bootVolume(image, boots === 'from one to keep')]
  return {
    ...plainWish,
    name: `server-${entry.server}`,
    imageRef: null,
    flavorRef: given['flavor'] ?? 'tiny',
    // Given, because a drawn one would differ from run to run.
    adminPass: 'a password',
    host: given['host'] ?? null,
    ...(disks === null ? {} : { disks }),
  }
}
