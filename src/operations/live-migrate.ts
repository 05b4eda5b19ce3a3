/**
 * Migrate a server live: its guest moves while it runs.
 *
 * The share on the source goes to the migration and the server claims the destination, so that both are charged until one of
 * them has the guest for sure. Until then everything can be taken back, and aborting is nothing else. The destination is asked
 * whether the guest is there before the server is handed over, whatever the source says or does not say: an answer that got lost
 * is no failure, and a guest that vanished is no success. From then on there is nothing to go back to.
 */
import type { HostName } from '../domain/ids.ts'
import type { PowerState } from '../domain/states.ts'
import { asProblem, isProblem, problem, problemOf } from '../lib/problem.ts'
import type { Problem, ProblemRecord } from '../lib/problem.ts'
import { notYet } from '../saga/not-yet.ts'
import { nothing } from '../saga/nothing.ts'
import * as hosts from '../store/compute/hosts.ts'
import * as queue from '../store/compute/live-queue.ts'
import * as migrations from '../store/compute/migrations.ts'
import * as servers from '../store/compute/servers.ts'
import * as holdings from '../store/placement/holdings.ts'
import { settleEvacuation } from './evacuated.ts'
import { guestOf } from './guests.ts'
import { on, operation, triedHosts } from './kit.ts'
import {
  breakOnDestination,
  bringBack,
  leaveDestination,
  restOnDestination,
  stayOnSource,
  strand,
} from './live-ends.ts'
import type { LiveMove } from './live-ends.ts'
import { progressOf } from './live-progress.ts'
import { migrationHolder } from './migrating.ts'
import { holderOf } from './placing.ts'
import { takeAlong } from './belongings.ts'
import { prepareBinding } from './ports.ts'
import { awaitPlugs, beginWaiting, expectPlugs } from './plugging.ts'

export type LiveMigrateParams = LiveMove & {
  readonly only: HostName | null
  /** Whether that host is taken whatever rules speak against it. */
  readonly forced?: boolean
  readonly attemptsMax: number
  /** Whether disks move too; null lets the hosts find out. */
  readonly blockMigration: boolean | null
  /** How many moves may leave the source at a time. */
  readonly atOnce: number
}

type Transfer = { readonly failure: ProblemRecord | null }

const day = 86_400_000
const asLongAsItTakes = Number.MAX_SAFE_INTEGER
const turnEveryMs = 5_000
const silence: ProblemRecord = {
  kind: 'unavailable',
  message: 'The source did not say what became of the guest',
  details: {},
}

export const liveMigrate = operation<LiveMigrateParams>('server.live-migrate')
  .step('accepted', 'Note that the server is to move', {
    event: 'conductor_live_migrate_instance',
    shows: { task: 'migrating' },
    do: async ({ tx, p, now, run, tools }) => {
      const server = await servers.hold(tx, p.serverId)
      await settleEvacuation(tx, server, { now, start: tools.start, run })
      const { id: serverId, projectId, userId, flavor } = server
      const flavors = { oldFlavor: flavor, newFlavor: flavor }
      const ends = { source: p.source, destination: null }
      const kind = { kind: 'live-migration', status: 'accepted' } as const
      const record = {
        id: p.migrationId,
        serverId,
        projectId,
        userId,
        ...flavors,
        ...ends,
        ...kind,
      }
      await migrations.open(tx, record, now)
    },
    undo: nothing('its record says how it ended'),
  })
  .step('sourceHeld', 'Hand the share on the source from the server to the migration', {
    event: 'conductor_live_migrate_instance',
    do: async ({ tx, p, now, tools }) => {
      const { forcedDown } = await hosts.get(tx, p.source)
      if (forcedDown || !tools.hosts.isUp(p.source)) {
        const message = `Compute service of ${p.source} is unavailable at this time.`
        throw problem('conflict', message, { host: p.source })
      }
      const server = await servers.hold(tx, p.serverId)
      await holdings.move(tx, holderOf(server), migrationHolder(server, p.migrationId), now)
      return { guest: await guestOf(tx, server) }
    },
    undo: async ({ tx, p, now }) => {
      const server = await servers.hold(tx, p.serverId)
      await holdings.move(tx, migrationHolder(server, p.migrationId), holderOf(server), now)
    },
  })
  // Whatever a host has against it before anything was done there, another one may do.
  .attempts({ roundsMax: (p) => p.attemptsMax, again: anotherMayBeAsked }, (part) =>
    part
      .step('destinationClaimed', 'Choose a destination and claim what the server needs there', {
        event: 'conductor_live_migrate_instance',
        do: async (c) => {
          const { tx, p, now, run, tools, earlier } = c
          await expectPlugs(c)
          const server = await servers.hold(tx, p.serverId)
          const excluded = [p.source, ...triedHosts(earlier, 'destinationClaimed')]
          const seed = `${run.sagaId}/${run.round}`
          const forced = p.forced === true
          const wanted = { server, flavor: server.flavor, only: p.only, forced, excluded, seed }
          const chosen = await tools.placing.choose(tx, wanted, now)
          const destination = { destination: chosen.host }
          await migrations.enter(tx, p.migrationId, 'accepted', now, destination)
          await prepareBinding(tx, p.serverId, chosen.host)
          return chosen
        },
        undo: leaveDestination,
      })
      .hostStep('destinationChecked', 'Ask the destination whether it can take the guest', {
        event: 'compute_check_can_live_migrate_destination',
        on: ({ out }) => out.destinationClaimed?.host ?? null,
        do: async (c) => {
          const { host } = c.out.destinationClaimed
          await on(c, host).checkCanLiveMigrateDestination(c.out.sourceHeld.guest, c.p.source)
        },
        undo: nothing('it only looks'),
      })
      .hostStep('sourceChecked', 'Ask the source whether it can send the guest', {
        event: 'compute_check_can_live_migrate_source',
        on: ({ p }) => p.source,
        do: async (c) => {
          const { host } = c.out.destinationClaimed
          await on(c, c.p.source).checkCanLiveMigrateSource(c.p.serverId, host)
        },
        undo: nothing('it only looks'),
      }),
  )
  .step('turnCame', 'Wait until the source has sent those before it', {
    event: 'compute_live_migration',
    shows: { migration: 'queued' },
    do: async ({ tx, p, now }) => {
      if (!(await queue.isTurn(tx, p.migrationId, p.atOnce))) throw notYet(now + turnEveryMs)
      const server = await servers.get(tx, p.serverId)
      await migrations.setProgress(tx, p.migrationId, progressOf(server.flavor, 0))
      return { came: true }
    },
    undo: nothing('who waits no more lets the others pass'),
  })
  .hostStep('destinationPrepared', 'Prepare the destination', {
    event: 'compute_pre_live_migration',
    shows: { migration: 'preparing' },
    on: ({ out }) => out.destinationClaimed?.host ?? null,
    do: async (c) => {
      await on(c, c.out.destinationClaimed.host).preLiveMigration(c.out.sourceHeld.guest)
    },
    then: beginWaiting,
    undo: async (c) => {
      const host = c.out.destinationClaimed?.host
      if (host !== undefined) await on(c, host).rollbackLiveMigrationAtDestination(c.p.serverId)
    },
    stranded: {
      title: 'Leave the server on the source, and have the destination cleaned',
      do: strand,
    },
  })
  .step('portsPlugged', 'Wait until the ports are plugged', {
    event: 'compute_pre_live_migration',
    do: awaitPlugs,
    undo: nothing('it only waits'),
  })
  .hostStep('guestSent', 'Move the guest', {
    event: 'compute_live_migration',
    shows: { migration: 'running' },
    on: ({ p }) => p.source,
    deadlineMs: day,
    do: async (c): Promise<Transfer> => {
      const { host } = c.out.destinationClaimed
      try {
        await on(c, c.p.source).liveMigration(c.p.serverId, host)
        return { failure: null }
      } catch (thrown) {
        const failure = asProblem(thrown)
        const isAnswer = failure.kind !== 'unavailable' && failure.kind !== 'stale'
        if (c.call.signal.aborted || !isAnswer) throw thrown
        return { failure: failure.toRecord() }
      }
    },
    // Whether it moved is for the destination to say.
    tolerate: { when: ({ kind }) => kind === 'unavailable', as: { failure: silence } },
    // Tried for ever, loudly: as long as nobody knows where the guest is, neither host may be cleaned of it. Only a delete goes on.
    undo: bringBack,
  })
  .hostStep('guestArrived', 'Ask the destination whether the guest is there', {
    event: 'compute_live_migration',
    on: ({ out }) => out.destinationClaimed?.host ?? null,
    patienceMs: asLongAsItTakes,
    do: async (c): Promise<{ readonly power: PowerState | null }> => {
      const { failure } = c.out.guestSent
      try {
        const guest = await on(c, c.out.destinationClaimed.host).getInfo(c.p.serverId)
        if (guest !== null) return { power: guest.power }
      } catch (thrown) {
        // A destination that is silent is believed to have what the source is sure to have sent.
        if (failure === null && isProblem(thrown, 'unavailable')) return { power: null }
        throw thrown
      }
      if (failure !== null) throw problemOf({ ...failure, kind: 'failed' })
      throw problem('failed', 'The guest is not on the destination', {
        exception: 'MigrationError',
      })
    },
    undo: nothing('it only looks'),
  })

  .pointOfNoReturn('the guest is on the destination and nowhere else')

  .step('handedOver', 'Hand the server over to the destination', {
    event: 'compute_post_live_migration_at_destination',
    do: async ({ tx, p, now, out }) => {
      const server = await servers.hold(tx, p.serverId)
      const { host, zone } = out.destinationClaimed
      const powerState = out.guestArrived.power ?? server.powerState
      const moved = await servers.change(tx, server, { host, zone, powerState }, now)
      await takeAlong(tx, p.serverId, host, now)
      await migrations.setProgress(tx, p.migrationId, progressOf(server.flavor, 1))
      return { guest: await guestOf(tx, moved) }
    },
    undo: nothing('after the point of no return'),
  })
  .settle('broken', 'Leave the server in error on the destination, and free the source', {
    when: () => true,
    do: breakOnDestination,
  })
  .hostStep('destinationSettled', 'Make the guest at home on the destination', {
    event: 'compute_post_live_migration_at_destination',
    on: ({ out }) => out.destinationClaimed?.host ?? null,
    do: async (c) => {
      const { host } = c.out.destinationClaimed
      refuseLifeless(host, c.out.guestSent, c.out.guestArrived.power)
      await on(c, host).postLiveMigrationAtDestination(c.out.handedOver.guest)
    },
    undo: nothing('after the point of no return'),
  })
  .hostStep('sourceCleaned', 'Clean the source of what is left there', {
    event: 'compute_post_live_migration',
    on: ({ p }) => p.source,
    patienceMs: 5_000,
    do: async (c) => {
      await on(c, c.p.source).postLiveMigrationAtSource(c.p.serverId)
      return { left: false }
    },
    tolerate: { when: () => true, as: { left: true } },
    undo: nothing('after the point of no return'),
  })
  .step('completed', 'Give back the source and let the server rest as it did', {
    event: 'compute_post_live_migration',
    do: restOnDestination,
    undo: nothing('it is the last step'),
  })
  .end({ failed: stayOnSource })

/** That no host fits, or that something is broken here, will not be different elsewhere. */
function anotherMayBeAsked({ kind, details }: Problem): boolean {
  return kind !== 'bug' && (kind !== 'no-capacity' || details['exception'] !== undefined)
}

/** A transfer that broke after the guest had changed hosts has left its newest state there, and nobody can use it. */
function refuseLifeless(host: HostName, { failure }: Transfer, power: PowerState | null): void {
  const lives = power === null || power === 'running' || power === 'paused'
  if (failure === null || lives) return
  const message = `The guest has arrived on ${host} and does not run: ${failure.message}`
  throw problem('failed', message, { ...failure.details, host, power })
}
