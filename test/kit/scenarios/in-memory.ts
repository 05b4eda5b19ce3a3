/** Pausing, suspending and rescuing a guest, letting it go on, and telling it a password. */
import { beginPassword } from '../../../src/app/servers/password.ts'
import { pause, resume, suspend, unpause } from '../../../src/app/servers/pause.ts'
import * as rescuing from '../../../src/app/servers/rescue.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { here, off, running, stopped, untouched } from './positions.ts'

const asked =
  (verb: typeof pause) =>
  async (cloud: FakeCloud): Promise<void> =>
    await verb(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))

/** A server that runs, of which then something was asked. */
const after =
  (ask: (cloud: FakeCloud) => Promise<void>, from = running) =>
  async (cloud: FakeCloud): Promise<void> => {
    await from(cloud)
    await ask(cloud)
    await cloud.settled()
  }

const rescue = async (cloud: FakeCloud): Promise<void> => {
  const wish = { imageRef: null, adminPass: null }
  await rescuing.rescue(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), wish)
}

const unrescue = async (cloud: FakeCloud): Promise<void> =>
  await rescuing.unrescue(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))

const tellPassword = async (cloud: FakeCloud): Promise<void> => {
  await beginPassword(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud), 'secret')
}

const hosts = ['host1', 'host2']
const paused = here('PAUSED', 'paused')
const suspended = here('SUSPENDED', 'suspended')
const rescued = here('RESCUE', 'rescue running')

export const inMemoryScenarios: readonly Scenario[] = [
  {
    name: 'pause',
    operation: 'server.pause',
    hosts,
    prepare: running,
    ask: asked(pause),
    done: paused,
    fails: { pause: [untouched, here('ACTIVE', 'paused')] },
    refused: {},
    drifts: [paused, untouched],
  },
  {
    name: 'unpause',
    operation: 'server.unpause',
    hosts,
    prepare: after(asked(pause)),
    ask: asked(unpause),
    done: untouched,
    fails: { unpause: [paused, here('PAUSED', 'running')] },
    refused: {},
    drifts: [paused, untouched],
  },
  {
    name: 'suspend',
    operation: 'server.suspend',
    hosts,
    prepare: running,
    ask: asked(suspend),
    done: suspended,
    fails: {
      suspend: {
        // Nobody knows whether the memory is safe.
        refusal: [here('ERROR', 'running'), here('ERROR', 'suspended')],
        untouched: [untouched, here('ACTIVE', 'suspended')],
      },
    },
    refused: {},
    drifts: [suspended, untouched, off, here('ERROR', 'running'), here('ERROR', 'suspended')],
  },
  {
    name: 'resume',
    operation: 'server.resume',
    hosts,
    prepare: after(asked(suspend)),
    ask: asked(resume),
    done: untouched,
    fails: {
      resume: {
        refusal: [here('ERROR', 'suspended'), here('ERROR', 'running')],
        untouched: [suspended, here('SUSPENDED', 'running')],
      },
    },
    refused: { ready: [suspended] },
    drifts: [suspended, untouched, here('ERROR', 'running'), here('ERROR', 'suspended')],
  },
  {
    name: 'rescue',
    operation: 'server.rescue',
    hosts,
    prepare: running,
    ask: rescue,
    done: rescued,
    fails: { rescue: [here('ERROR', 'running'), here('ERROR', 'rescue running')] },
    refused: { ready: [untouched] },
  },
  {
    name: 'rescue of a stopped server',
    operation: 'server.rescue',
    hosts,
    prepare: stopped,
    ask: rescue,
    done: rescued,
    fails: { rescue: [here('ERROR', 'shutdown'), here('ERROR', 'rescue running')] },
    refused: { ready: [off] },
  },
  {
    name: 'unrescue',
    operation: 'server.unrescue',
    hosts,
    prepare: after(rescue),
    ask: unrescue,
    done: untouched,
    fails: { unrescue: [here('ERROR', 'rescue running'), here('ERROR', 'running')] },
    refused: { ready: [rescued] },
  },
  {
    name: 'change of the password',
    operation: 'server.change-password',
    hosts,
    prepare: running,
    ask: tellPassword,
    forgotten: [untouched],
    done: untouched,
    fails: {
      // A guest that cannot be told, or gives no answer, is as good as it was.
      set_admin_password: {
        refusal: [here('ERROR', 'running')],
        silence: [untouched],
        named: { InstancePasswordSetFailed: [untouched], NotImplementedError: [untouched] },
      },
    },
    refused: {},
  },
]
