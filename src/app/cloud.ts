/**
 * The cloud as a whole: the store, the hosts and the engine that drives operations, put together.
 *
 * It is what `main.ts` opens, and what tests and the simulator open with a clock, chance and hosts of their own.
 */
import type { Call, Hosts } from '../agents/hosts.ts'
import { problem, problemOf } from '../lib/problem.ts'
import { openFleet } from '../operations/fleet.ts'
import { LiveIndex } from '../placement/live-index.ts'
import { abandon } from '../operations/abandon.ts'
import type { OperationKit, Starter, Tools } from '../operations/kit.ts'
import { placingOn } from '../operations/placing.ts'
import type { ClaimTally } from '../operations/placing.ts'
import { operations } from '../operations/registry.ts'
import { secretsInMemory } from '../operations/secrets.ts'
import { ended, show } from '../operations/show.ts'
import { confirmWindow } from '../reconcilers/confirm-window.ts'
import { drainHosts } from '../reconcilers/drains.ts'
import { heartbeatEveryMs, noteHeartbeats } from '../reconcilers/heartbeats.ts'
import { oldChanges } from '../reconcilers/old-changes.ts'
import { startLoops } from '../reconcilers/loops.ts'
import type { Loops, Reconciler } from '../reconcilers/loops.ts'
import { powerStates } from '../reconcilers/power-states.ts'
import type { Reconciling } from '../reconcilers/reconciling.ts'
import { returnedHosts } from '../reconcilers/returned-hosts.ts'
import { offloadShelved, reclaim } from '../reconcilers/shelf-life.ts'
import { strayPlugs } from '../reconcilers/stray-plugs.ts'
import { Engine } from '../saga/engine.ts'
import type { Watch } from '../saga/moment.ts'
import * as classes from '../store/placement/classes.ts'
import * as traits from '../store/placement/traits.ts'
import * as volumeTypes from '../store/volume/types.ts'
import { auditCloud } from './audit/audit.ts'
import type { Healing } from './audit/heals.ts'
import { patrol } from './audit/patrol.ts'
import type { Patrol } from './audit/patrol.ts'
import type { Context } from './context.ts'
import type { CloudSettings, ServerContext } from './servers/context.ts'

export type CloudOptions = {
  readonly ctx: Context
  readonly hosts: Hosts
  readonly settings: CloudSettings
  /** How long an owner of operations may be silent before another process takes over, in ms. */
  readonly leaseMs: number
  /** Whether no other process can be using the database. Unless said otherwise, that of SQLite admits one only. */
  readonly alone?: boolean
  readonly watch?: Watch
  /** Told of every claim that is tried for a server. */
  readonly tally?: ClaimTally
  /** Whether reconcilers run on the clock, as they do unless said otherwise, or only when they are told to. */
  readonly reconcile?: 'on the clock' | 'when told'
}

export type Cloud = {
  readonly ctx: ServerContext
  readonly engine: Engine<OperationKit>
  /** What Placement answers from. */
  readonly index: LiveIndex
  /** What the cloud finds wrong with itself. */
  readonly patrol: Patrol
  readonly healing: Healing
  /** What puts right what time and silence have put wrong. */
  readonly loops: Loops
  /** Stops driving operations. The store stays open: it is the caller's. */
  close(): Promise<void>
}

export const defaultSettings: CloudSettings = {
  failurePolicy: 'leave',
  attemptsMax: 3,
  resizeToSameHost: false,
  reclaimAfterMs: 0,
  offloadAfterMs: 0,
  liveMigrationsAtOnce: 1,
  confirmWindowMs: 0,
  powerSyncEveryMs: 600_000,
  audit: { everyMs: 300_000, heal: 'report', graceMs: 3_600_000 },
  plugging: { saidBy: 'host', timeoutMs: 300_000, isFatal: true },
}

/** Brings the vocabulary up to date and begins to drive what was left, then whatever is asked for. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { ctx, hosts } = options
  await ctx.store.transaction(async (tx) => {
    await classes.addStandard(tx, ctx.clock.now())
    await traits.addStandard(tx, ctx.clock.now())
    await volumeTypes.addDefault(tx, ctx.clock.now())
  })
  // Operations start operations, so the tools know the engine before it exists.
  const starting: Starter = async (tx, saga, start) => await engine.start(tx, saga, start)
  const index = await LiveIndex.open(ctx.store, ctx.log)
  const isHostUp: ServerContext['isHostUp'] = (host) => hosts.isUp(host)
  const fleet = await openFleet({ ...ctx, index, isHostUp })
  const secrets = secretsInMemory()
  const { plugging } = options.settings
  const tools: Tools = {
    hosts,
    placing: placingOn(fleet, options.tally),
    start: starting,
    secrets,
    plugging,
  }
  const engine: Engine<OperationKit> = new Engine<OperationKit>({
    ...ctx,
    tools,
    sagas: operations,
    leaseMs: options.leaseMs,
    alone: options.alone ?? ctx.store.dialect === 'sqlite',
    show,
    abandon: async (tx, run, host) => await abandon(tx, run, host, starting),
    ended: async (tx, run, outcome, now) => await ended(tx, run, outcome, now, starting),
    watch: options.watch ?? null,
  })
  await engine.open()
  const serverContext: ServerContext = {
    ...ctx,
    start: starting,
    interrupt: async (tx, subject, reason) => await engine.interrupt(tx, subject, reason),
    outcomeOf: async (sagaId) => {
      const { state, problem: record } = await engine.settled(sagaId)
      return state === 'succeeded' || record === null ? null : problemOf(record)
    },
    isHostUp,
    lookAt: (host) => hosts.on(host, look(ctx.ids.uuid())),
    secrets,
    settings: options.settings,
  }
  const { interrupt } = serverContext
  const { audit } = options.settings
  const healing: Healing = { ...ctx, start: starting, interrupt, graceMs: audit.graceMs }
  // Whoever only looks must not keep the cloud from closing, however long a host takes to answer.
  const closing = new AbortController()
  const looked: Hosts = {
    isUp: isHostUp,
    on: (host, call) =>
      hosts.on(host, { ...call, signal: AbortSignal.any([call.signal, closing.signal]) }),
  }
  const auditing = patrol(healing, async () => await auditCloud(ctx, looked), audit)
  const loops = startLoops({
    ...ctx,
    reconcilers: [
      ...reconcilersOf({ ...ctx, hosts: looked, start: starting }, options.settings),
      auditing.loop,
    ],
    onTheClock: options.reconcile !== 'when told',
  })
  return {
    ctx: serverContext,
    engine,
    index,
    loops,
    patrol: auditing,
    healing,
    close: async () => {
      closing.abort(problem('unavailable', 'The cloud is closing'))
      await loops.close()
      await engine.close()
      fleet.close()
      index.close()
    },
  }
}

/** How long somebody waits for a host that is only asked something, in ms. */
const lookDeadlineMs = 30_000

/** A call that belongs to no operation. Epochs guard effects, and looking has none. */
function look(key: string): Call {
  const { signal } = new AbortController()
  return { key, operation: 'look', subject: 'look', epoch: 0, signal, deadlineMs: lookDeadlineMs }
}

function reconcilersOf(ctx: Reconciling, settings: CloudSettings): readonly Reconciler[] {
  return [
    {
      name: 'heartbeats',
      everyMs: heartbeatEveryMs,
      run: async () => await noteHeartbeats(ctx),
    },
    oldChanges(ctx),
    returnedHosts(ctx),
    confirmWindow(ctx, settings.confirmWindowMs),
    powerStates(ctx, settings.powerSyncEveryMs),
    strayPlugs(ctx, settings.powerSyncEveryMs),
    reclaim(ctx, settings.reclaimAfterMs),
    offloadShelved(ctx, settings.offloadAfterMs),
    drainHosts(ctx, settings),
  ]
}
