/** Making servers anew elsewhere because their host is lost, and cleaning hosts of what was left there. */
import * as deleting from '../../../src/app/servers/delete.ts'
import { evacuate } from '../../../src/app/servers/evacuate.ts'
import { updateService } from '../../../src/app/services.ts'
import type { HostName } from '../../../src/domain/ids.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { admin, tenant } from '../../support/cloud-deeds.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { running, stopped } from './positions.ts'

const lost = 'host1' as HostName // a host of every cloud here
const two = ['host1', 'host2']

async function ask(cloud: FakeCloud): Promise<void> {
  const wish = { host: null, leavesStopped: false }
  await evacuate(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud), wish)
}

async function loseHost(cloud: FakeCloud): Promise<void> {
  cloud.world.losePower(lost)
  cloud.hosts.crash(lost)
}

/** The guest goes on running, and only an operator says that it does not. */
async function giveUpHost(cloud: FakeCloud): Promise<void> {
  const service = { host: lost, binary: 'nova-compute' }
  await updateService(cloud.cloud.ctx, admin, service, { forcedDown: true })
}

/** A server that was evacuated from host1 to host2, and host1 is back. */
async function evacuated(cloud: FakeCloud): Promise<void> {
  await running(cloud)
  await loseHost(cloud)
  await ask(cloud)
  await cloud.settled()
}

const stays = (status: string, move: string, guest = 'shutdown'): string =>
  `${status} on host1, 1 cores; move ${move}; ${guest} on host1`

const moved = 'ACTIVE on host2, 1 cores; move done; running on host2 and shutdown on host1'
const third = moved.replaceAll('host2', 'host3')
const cleaned = 'ACTIVE on host2, 1 cores; move completed; running on host2'
const gone = 'DELETED; move none; no body'

/** Nobody would take it, or its guest could not be made: it is where it was, in error. */
const failed = stays('ERROR', 'failed')
/** Refused before anything was done. */
const asBefore = stays('ACTIVE', 'failed')
/** The same, but the host that was given up answered, and did as it was told. */
const switchedOff = stays('SHUTOFF', 'failed')
const never = [stays('ACTIVE', 'none')]
/** That it has no power is found out when the host is back. */
const seenLater = (...ends: readonly string[]): readonly string[] => [
  ...ends,
  failed,
  ...['none', 'error', 'failed'].flatMap((move) => [stays('SHUTOFF', move), stays('ERROR', move)]),
]
const notPlaced = [stays('ACTIVE', 'error'), stays('ERROR', 'error'), failed, asBefore]

const movedOff = 'SHUTOFF on host2, 1 cores; move done; shutdown on host1 and shutdown on host2'
const notStarted = [failed, stays('SHUTOFF', 'failed')]

const evacuation = {
  operation: 'server.evacuate',
  hosts: two,
  prepare: running,
  ask: async (cloud: FakeCloud) => {
    await loseHost(cloud)
    await ask(cloud)
  },
} as const

export const evacuationScenarios: readonly Scenario[] = [
  {
    ...evacuation,
    name: 'evacuate',
    done: moved,
    fails: { power_off: [moved, stays('ACTIVE', 'error')], spawn: [failed, asBefore] },
    refused: {
      sourceHeld: never,
      destinationClaimed: notPlaced,
      portsPlugged: [failed, asBefore],
      handedOver: [failed, asBefore],
    },
    drifts: seenLater(moved),
  },
  {
    ...evacuation,
    name: 'evacuate with a third host to go to',
    hosts: ['host1', 'host2', 'host3'],
    done: moved,
    doneElsewhere: third,
    fails: {
      power_off: [moved, third, stays('ACTIVE', 'error')],
      spawn: [moved, third, failed, asBefore],
    },
    refused: {
      sourceHeld: never,
      destinationClaimed: [...notPlaced, moved, third],
      portsPlugged: [failed, asBefore],
      handedOver: [failed, asBefore],
    },
    drifts: seenLater(moved, third),
  },
  {
    ...evacuation,
    name: 'evacuate a stopped server',
    prepare: stopped,
    done: movedOff,
    fails: {
      power_off: [movedOff, failed, stays('SHUTOFF', 'failed'), stays('SHUTOFF', 'error')],
      spawn: notStarted,
    },
    refused: {
      sourceHeld: [stays('SHUTOFF', 'none')],
      destinationClaimed: [stays('SHUTOFF', 'error'), stays('ERROR', 'error'), ...notStarted],
      portsPlugged: notStarted,
      handedOver: notStarted,
    },
  },
  {
    ...evacuation,
    name: 'evacuate from a host that answers and was given up',
    ask: async (cloud) => {
      await giveUpHost(cloud)
      await ask(cloud)
    },
    done: moved,
    fails: {
      power_off: [stays('ACTIVE', 'error'), stays('ACTIVE', 'error', 'running'), moved],
      spawn: [failed, switchedOff],
    },
    refused: {
      sourceHeld: [stays('ACTIVE', 'none', 'running')],
      destinationClaimed: [stays('SHUTOFF', 'error'), stays('ERROR', 'error'), failed, switchedOff],
      portsPlugged: [failed, switchedOff],
      handedOver: [failed, switchedOff],
    },
    drifts: [
      ...seenLater(moved),
      stays('ACTIVE', 'none', 'running'),
      stays('ACTIVE', 'error', 'running'),
    ],
  },
  {
    name: 'a host that comes back is cleaned of what was evacuated',
    operation: 'host.clean-evacuated',
    hosts: two,
    prepare: evacuated,
    ask: async (cloud) => {
      await cloud.hosts.caughtUp(lost)
      await cloud.cloud.loops.runNow('returned hosts')
    },
    done: cleaned,
    // However often it is refused: it is tried until it is done.
    fails: { destroy: [cleaned] },
    refused: { judged: [cleaned], settled: [cleaned] },
  },
  {
    name: 'a host that comes back is cleaned of what was deleted',
    operation: 'host.clean',
    hosts: two,
    prepare: running,
    ask: async (cloud) => {
      cloud.hosts.crash(lost)
      await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))
    },
    done: gone,
    fails: { destroy: [gone] },
    refused: {},
  },
]
