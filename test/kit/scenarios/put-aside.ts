/** Deleting a server for the time being, and bringing it back. */
import * as deleting from '../../../src/app/servers/delete.ts'
import { restore } from '../../../src/app/servers/soft-delete.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { here, off, running, stopped, untouched } from './positions.ts'

const settings = { reclaimAfterMs: 86_400_000 }
const hosts = ['host1', 'host2']

async function putAside(cloud: FakeCloud): Promise<void> {
  await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))
}

async function keptAside(cloud: FakeCloud): Promise<void> {
  await running(cloud)
  await putAside(cloud)
  await cloud.settled()
}

const aside = here('SOFT_DELETED', 'shutdown')
/** Until its host is back and the power sync has found it. */
const stillOn = here('SOFT_DELETED', 'running')

export const putAsideScenarios: readonly Scenario[] = [
  {
    name: 'soft delete',
    operation: 'server.soft-delete',
    hosts,
    settings,
    prepare: running,
    ask: putAside,
    done: aside,
    fails: {
      power_off: { refusal: [untouched, here('ACTIVE', 'shutdown')], silence: [aside, stillOn] },
    },
    refused: { putAside: [untouched, here('ACTIVE', 'shutdown')] },
    drifts: [aside, untouched, off],
  },
  {
    name: 'soft delete of a stopped server',
    operation: 'server.soft-delete',
    hosts,
    settings,
    prepare: stopped,
    ask: putAside,
    done: aside,
    fails: { power_off: { refusal: [off], silence: [aside] } },
    refused: { putAside: [off] },
  },
  {
    name: 'delete of a server that was put aside',
    operation: 'server.delete',
    hosts,
    settings,
    prepare: keptAside,
    ask: async (cloud) =>
      await deleting.remove(
        cloud.cloud.ctx,
        tenant,
        cloud.request(),
        await theServer(cloud),
        'forceDelete',
      ),
    done: 'DELETED; move none; no body',
    fails: {
      destroy: {
        refusal: [here('ERROR', 'shutdown'), here('ERROR', '')],
        silence: ['DELETED; move none; no body'],
      },
    },
    refused: { found: [here('ERROR', 'shutdown')], gone: [here('ERROR', '')] },
  },
  {
    name: 'restore',
    operation: 'server.restore',
    hosts,
    settings,
    prepare: keptAside,
    ask: async (cloud) =>
      await restore(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
    done: untouched,
    fails: { power_on: [aside, stillOn] },
    refused: { ready: [aside] },
    drifts: [aside, untouched],
  },
]
