/**
 * Where a network service plugs ports: operations wait for its word. It gives it again and again, as one does that is asked for
 * several hosts; or it never does, which is the failure of the founding case.
 */
import { externalEvents } from '../../../src/app/external-events.ts'
import { admin } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { boundPorts, network } from '../../support/network.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { askResize, small } from './positions.ts'

const settings = { plugging: { saidBy: 'network', timeoutMs: 300_000, isFatal: true } } as const
const everyMs = 20_000
const sayings = 12

/** From now on it is said every so often that the server's ports are plugged. */
function sayPlugged(cloud: FakeCloud): void {
  for (let turn = 1; turn <= sayings; turn += 1) {
    cloud.clock.after(turn * everyMs, () => {
      // Nobody hears it when the round is over.
      void say(cloud).catch(() => {})
    })
  }
}

async function say(cloud: FakeCloud): Promise<void> {
  const serverId = await theServer(cloud)
  const wishes = (await boundPorts(cloud, serverId)).map(
    ({ id }) => ({ serverId, name: 'network-vif-plugged', tag: id, status: 'completed' }) as const,
  )
  await externalEvents(cloud.cloud.ctx, admin, cloud.request(), wishes)
}

async function twoHosts(cloud: FakeCloud): Promise<void> {
  await network(cloud)
  await cloud.flavor(small)
  await cloud.chooseLast('host2')
}

async function build(cloud: FakeCloud): Promise<void> {
  await cloud.create(small, { networks: 'auto' })
}

/** A server with a port that was plugged where it is. */
async function plugged(cloud: FakeCloud): Promise<void> {
  await twoHosts(cloud)
  sayPlugged(cloud)
  await build(cloud)
  await cloud.settled()
}

/** How many ports the server has, and how many of them its guest has. */
async function ports(cloud: FakeCloud): Promise<string> {
  const own = await boundPorts(cloud, await theServer(cloud))
  const has = cloud.world.guests().flatMap((guest) => guest.plugged)
  return `${own.length} ports, ${own.filter(({ id }) => has.includes(id)).length} plugged`
}

const hosts = ['host1', 'host2']
const without = 'ERROR on null, 1 cores; move none; no body; 0 ports, 0 plugged'
const on = (host: string): string =>
  `ACTIVE on ${host}, 1 cores; move none; running on ${host}; 1 ports, 1 plugged`
const back = 'ACTIVE on host1, 1 cores; move error; running on host1; 1 ports, 1 plugged'
const waits =
  'VERIFY_RESIZE on host2, 2 cores; move finished; running on host2 and source-copy on host1; 1 ports, 1 plugged'
const left = [
  'ERROR on host2, 2 cores; move error; incoming on host2; 1 ports, 0 plugged',
  'ERROR on host2, 2 cores; move error; running on host2; 1 ports, 1 plugged',
]

const asBefore = {
  get_available_resource: [back],
  migrate_disk_and_power_off: {
    refusal: [back],
    silence: [
      back,
      'ERROR on host1, 1 cores; move error; running on host1; 1 ports, 1 plugged',
      'ERROR on host1, 1 cores; move error; source-copy on host1; 1 ports, 0 plugged',
    ],
  },
}
const takenBack = { sourceHeld: [back], destinationClaimed: [back], handedOver: [back] }

export const pluggingScenarios: readonly Scenario[] = [
  {
    name: 'build whose ports the network plugs',
    operation: 'server.build',
    hosts,
    settings,
    prepare: twoHosts,
    ask: async (cloud) => {
      sayPlugged(cloud)
      await build(cloud)
    },
    tells: ports,
    done: on('host1'),
    fails: {
      spawn: { refusal: [on('host2')], abort: [without], silence: [on('host2'), without] },
    },
    refused: {
      portsMade: [without],
      hostClaimed: [without],
      portsPlugged: [without],
      active: [without],
    },
  },
  {
    name: 'build whose ports nobody plugs',
    operation: 'server.build',
    hosts,
    settings,
    prepare: twoHosts,
    ask: build,
    tells: ports,
    done: without,
    fails: { spawn: [without], destroy: [without] },
    refused: {
      portsMade: [without],
      hostClaimed: [without],
      portsPlugged: [without],
      active: [without],
    },
  },
  {
    name: 'resize whose ports the network plugs',
    operation: 'server.resize',
    hosts,
    settings: { ...settings, failurePolicy: 'rollback' },
    prepare: plugged,
    ask: async (cloud) => {
      sayPlugged(cloud)
      await askResize(cloud, await theServer(cloud))
    },
    tells: ports,
    done: waits,
    fails: { ...asBefore, finish_migration: [back] },
    refused: { ...takenBack, resized: [back], portsPlugged: [back] },
  },
  {
    name: 'resize whose ports nobody plugs, left',
    operation: 'server.resize',
    hosts,
    settings,
    prepare: plugged,
    ask: async (cloud) => await askResize(cloud, await theServer(cloud)),
    tells: ports,
    done: left[1] ?? '',
    fails: {
      ...asBefore,
      // Whoever leaves what fails does not know what a source that refused has done.
      migrate_disk_and_power_off: asBefore.migrate_disk_and_power_off.silence,
      finish_migration: left,
      confirm_migration: left,
    },
    refused: { ...takenBack, resized: left, portsPlugged: left },
  },
  {
    name: 'resize whose ports nobody plugs, rolled back',
    operation: 'server.resize',
    hosts,
    settings: { ...settings, failurePolicy: 'rollback' },
    prepare: plugged,
    ask: async (cloud) => await askResize(cloud, await theServer(cloud)),
    tells: ports,
    done: back,
    fails: {
      ...asBefore,
      finish_migration: [back],
      destroy: [back],
      finish_revert_migration: [back, ...asBefore.migrate_disk_and_power_off.silence],
    },
    refused: { ...takenBack, resized: [back], portsPlugged: [back] },
  },
]
