/** Live moves, what hurries them, and what calls them off. */
import assert from 'node:assert/strict'
import * as living from '../../../src/app/servers/live-migrate.ts'
import type { HostName, ServerId } from '../../../src/domain/ids.ts'
import { hasEnded } from '../../../src/domain/states.ts'
import { simulatedDriver } from '../../../src/drivers/simulated/driver.ts'
import { ordinaryMachine } from '../../../src/drivers/simulated/machine.ts'
import { isProblem } from '../../../src/lib/problem.ts'
import { admin } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import { ringing } from '../ringing.ts'
import type { Ends, Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

const two = ['host1', 'host2']

const move =
  (wish: living.LiveMigrateWish) =>
  async (cloud: FakeCloud): Promise<void> =>
    await living.liveMigrate(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud), wish)

const anywhere = move({ host: null, blockMigration: null })

/** Transfers from host1 take two minutes, so that there is something to hurry or to call off. */
function slow(cloud: FakeCloud): void {
  const host = 'host1' as HostName // a host of every cloud here
  const durations = { liveMigration: 120_000 }
  const parts = { world: cloud.world, resources: ordinaryMachine, durations }
  cloud.hosts.add(host, simulatedDriver({ ...parts, host }))
}

/** Lets the move come as far as sending the guest. What it is called then; null when it does not come that far. */
async function sending(cloud: FakeCloud): Promise<{ id: ServerId; ref: string } | null> {
  slow(cloud)
  await anywhere(cloud)
  const id = await theServer(cloud)
  const { clock } = cloud
  assert('next' in clock)
  for (let alarms = 0; alarms < 80; alarms += 1) {
    await clock.settle()
    const last = (await cloud.migrations(id)).at(-1)
    if (last?.status === 'running') return { id, ref: String(last.number) }
    if (last !== undefined && hasEnded(last.status)) return null
    if (!(await clock.next())) return null
  }
  return null
}

/** Steers a move that has come as far as sending the guest. Who asks too late is refused, and nothing comes of it. */
async function steer(
  cloud: FakeCloud,
  how: (found: { readonly id: ServerId; readonly ref: string }) => Promise<void>,
): Promise<void> {
  const found = await sending(cloud)
  if (found === null) return
  assert('next' in cloud.clock)
  try {
    await ringing(cloud.clock, how(found))
  } catch (thrown) {
    if (!isProblem(thrown, 'conflict')) throw thrown
  }
}

const done = 'ACTIVE on host2, 1 cores; move completed; running on host2'
const third = done.replaceAll('host2', 'host3')
const back = (how: string): string => `ACTIVE on host1, 1 cores; move ${how}; running on host1`
const cancelled = back('cancelled')
/** The transfer broke off as none should: the guest is on the source, and its owner had better look at it. */
const unsound = back('error').replace('ACTIVE', 'ERROR')
/** The guest is on the destination, where it could not be made at home. */
const broken = 'ERROR on host2, 1 cores; move error; running on host2'

const fails = {
  check_can_live_migrate_destination: [back('error')],
  check_can_live_migrate_source: [back('error')],
  pre_live_migration: { refusal: [back('failed')], silence: [back('failed'), unsound] },
  // Whether it has moved is for the destination to say.
  live_migration: [done, back('failed'), unsound],
  get_info: [done, back('failed'), unsound, broken],
  post_live_migration_at_destination: [broken],
  post_live_migration_at_source: [done],
} as const

const refused = {
  accepted: [untouched],
  sourceHeld: [back('error')],
  destinationClaimed: [done, back('error')],
  turnCame: [back('error')],
  portsPlugged: [back('failed')],
  handedOver: [done],
  completed: [done, broken],
}

/** Where there is a third host, what one refuses another one may take. */
const also = (ends: Ends): Ends => [...ends, third, broken.replaceAll('host2', 'host3')]

const live = { operation: 'server.live-migrate', hosts: two, prepare: running } as const

export const relocationScenarios: readonly Scenario[] = [
  { ...live, name: 'live migration', ask: anywhere, done, fails, refused },
  {
    ...live,
    name: 'block migration to a named host',
    ask: move({ host: 'host2', blockMigration: true }),
    done,
    fails,
    refused: { ...refused, destinationClaimed: [back('error')] },
  },
  {
    ...live,
    name: 'live migration with a third host to go to',
    hosts: ['host1', 'host2', 'host3'],
    ask: anywhere,
    done,
    doneElsewhere: third,
    fails: {
      ...fails,
      // Another host is asked, unless something is broken here.
      check_can_live_migrate_destination: {
        refusal: [done, third],
        abort: [done, third, back('error')],
      },
      check_can_live_migrate_source: [done, third, back('error')],
      live_migration: also(fails.live_migration),
      get_info: also(fails.get_info),
      post_live_migration_at_destination: also(fails.post_live_migration_at_destination),
      post_live_migration_at_source: also(fails.post_live_migration_at_source),
    },
    refused: {
      ...refused,
      destinationClaimed: [done, third, back('error')],
      completed: also(refused.completed),
    },
  },
  {
    ...live,
    name: 'live migration that is called off',
    ask: async (cloud) => {
      await steer(cloud, async ({ id, ref }) => {
        const { ctx } = cloud.cloud
        const how = { evenWaiting: false }
        await living.abortLiveMigration(ctx, admin, cloud.request(), id, ref, how)
      })
    },
    done: cancelled,
    fails: {
      ...fails,
      live_migration: [cancelled, ...fails.live_migration],
      get_info: [cancelled, ...fails.get_info],
      live_migration_abort: [cancelled],
      rollback_live_migration_at_destination: [
        cancelled,
        unsound,
        'ERROR on host1, 1 cores; move cancelled; running on host1',
      ],
      post_live_migration_at_source: [cancelled],
    },
    // Where the first choice is refused, the next one is called off like any other.
    refused: { ...refused, destinationClaimed: [cancelled, back('error')] },
    // A control plane that dies before it is asked to call it off is not asked again.
    forgotten: [done, back('error'), back('failed'), unsound, broken],
  },
  {
    ...live,
    name: 'live migration that is hurried',
    operation: 'server.force-complete',
    ask: async (cloud) => {
      await steer(cloud, async ({ id, ref }) => {
        await living.forceComplete(cloud.cloud.ctx, admin, cloud.request(), id, ref)
      })
    },
    done,
    // Without being hurried it comes to the same end, later; a source that dies of it sends nothing more.
    fails: {
      ...fails,
      live_migration_force_complete: { refusal: [done], silence: [done, back('failed')] },
    },
    refused: {},
  },
]
