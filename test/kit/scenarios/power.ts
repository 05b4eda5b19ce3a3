/** Stop, start and reboot. */
import { pause } from '../../../src/app/servers/pause.ts'
import * as power from '../../../src/app/servers/power.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { here, left, off, running, stopped, untouched } from './positions.ts'

const hosts = ['host1', 'host2']
const wronglyOff = 'ACTIVE on host1, 1 cores; move none; shutdown on host1'
const wronglyOn = 'SHUTOFF on host1, 1 cores; move none; running on host1'

const reboot =
  (type: 'HARD' | 'SOFT') =>
  async (cloud: FakeCloud): Promise<void> =>
    await power.reboot(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), type)

export const powerScenarios: readonly Scenario[] = [
  {
    name: 'stop',
    operation: 'server.stop',
    hosts,
    prepare: running,
    ask: async (cloud) =>
      await power.stop(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
    done: off,
    fails: { power_off: [untouched, wronglyOff] },
    refused: {},
    drifts: [off, untouched],
  },
  {
    name: 'start',
    operation: 'server.start',
    hosts,
    prepare: stopped,
    ask: async (cloud) =>
      await power.start(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
    done: untouched,
    fails: { power_on: [off, wronglyOn] },
    refused: { ready: [off] },
    drifts: [off, untouched],
  },
  {
    name: 'soft reboot',
    operation: 'server.reboot',
    hosts,
    prepare: running,
    ask: reboot('SOFT'),
    done: untouched,
    fails: {
      reboot: { refusal: [untouched], silence: [untouched.replace('ACTIVE', 'ERROR')] },
      get_info: [untouched, untouched.replace('ACTIVE', 'ERROR')],
    },
    refused: { ready: [untouched] },
  },
  {
    name: 'hard reboot',
    operation: 'server.reboot',
    hosts,
    prepare: running,
    ask: reboot('HARD'),
    done: untouched,
    // What still runs goes on.
    fails: {
      reboot: { refusal: [untouched], silence: [here('ERROR', 'running')] },
      get_info: [untouched, here('ERROR', 'running')],
    },
    refused: { ready: [untouched] },
  },
  {
    name: 'hard reboot of a paused server',
    operation: 'server.reboot',
    hosts,
    prepare: async (cloud) => {
      await running(cloud)
      await pause(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))
      await cloud.settled()
    },
    ask: reboot('HARD'),
    done: untouched,
    fails: {
      reboot: {
        refusal: [here('ERROR', 'paused'), untouched],
        silence: [here('ERROR', 'paused'), here('ERROR', 'running')],
      },
    },
    refused: { ready: [here('PAUSED', 'paused')] },
  },
  {
    name: 'hard reboot of a stopped server',
    operation: 'server.reboot',
    hosts,
    prepare: stopped,
    ask: reboot('HARD'),
    done: untouched,
    fails: {
      reboot: {
        refusal: [here('ERROR', 'shutdown'), untouched],
        silence: [here('ERROR', 'shutdown'), here('ERROR', 'running')],
      },
    },
    refused: { ready: [off] },
  },
  {
    name: 'hard reboot of what failed',
    operation: 'server.reboot',
    hosts,
    prepare: left,
    ask: reboot('HARD'),
    done: 'ACTIVE on host2, 2 cores; move error; running on host2',
    fails: {
      reboot: [
        'ERROR on host2, 2 cores; move error; incoming on host2',
        'ERROR on host2, 2 cores; move error; running on host2',
        'ACTIVE on host2, 2 cores; move error; running on host2',
      ],
    },
    refused: { ready: ['ERROR on host2, 2 cores; move error; incoming on host2'] },
  },
]
