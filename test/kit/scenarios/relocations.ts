/** Live moves. */
import * as living from '../../../src/app/servers/live-migrate.ts'
import { admin } from '../../support/fake-cloud.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import type { Ends, Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

const two = ['host1', 'host2']

const move =
  (wish: living.LiveMigrateWish) =>
  async (cloud: FakeCloud): Promise<void> =>
    await living.liveMigrate(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud), wish)

const anywhere = move({ host: null, blockMigration: null })

const done = 'ACTIVE on host2, 1 cores; move completed; running on host2'
const third = done.replaceAll('host2', 'host3')
const back = (how: string): string => `ACTIVE on host1, 1 cores; move ${how}; running on host1`
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
      check_can_live_migrate_destination: [done, third],
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
]
