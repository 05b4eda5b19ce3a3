/** Building and deleting. */
import * as deleting from '../../../src/app/servers/delete.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { left, resized, running, small } from './positions.ts'

const buildFailed = 'ERROR on null, 1 cores; move none; no body'
const elsewhere = 'ACTIVE on host2, 1 cores; move none; running on host2'

const ordinaryDelete = {
  operation: 'server.delete',
  hosts: ['host1', 'host2'],
  ask: async (cloud) =>
    await deleting.remove(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
} satisfies Partial<Scenario>

export const lifeScenarios: readonly Scenario[] = [
  {
    name: 'build',
    operation: 'server.build',
    hosts: ['host1', 'host2'],
    prepare: async (cloud) => {
      await cloud.flavor(small)
      await cloud.chooseLast('host2')
    },
    ask: async (cloud) => await cloud.create(small),
    done: 'ACTIVE on host1, 1 cores; move none; running on host1',
    // A host whose answer is not known may run the guest: no other may then make a second one.
    fails: {
      spawn: { refusal: [elsewhere], abort: [buildFailed], silence: [elsewhere, buildFailed] },
    },
    refused: {
      portsMade: [buildFailed],
      hostClaimed: [buildFailed],
      portsPlugged: [buildFailed],
      active: [buildFailed],
    },
  },
  {
    name: 'build where there is one host',
    operation: 'server.build',
    hosts: ['host1'],
    prepare: async (cloud) => await cloud.flavor(small),
    ask: async (cloud) => await cloud.create(small),
    done: 'ACTIVE on host1, 1 cores; move none; running on host1',
    fails: { spawn: [buildFailed] },
    refused: {
      portsMade: [buildFailed],
      hostClaimed: [buildFailed],
      portsPlugged: [buildFailed],
      active: [buildFailed],
    },
  },
  {
    ...ordinaryDelete,
    name: 'delete',
    prepare: running,
    done: 'DELETED; move none; no body',
    fails: {
      destroy: {
        refusal: [
          'ERROR on host1, 1 cores; move none; running on host1',
          'ERROR on host1, 1 cores; move none; no body',
        ],
        silence: ['DELETED; move none; no body'],
      },
    },
    refused: {
      found: ['ERROR on host1, 1 cores; move none; running on host1'],
      gone: ['ERROR on host1, 1 cores; move none; no body'],
    },
  },
  {
    ...ordinaryDelete,
    name: 'delete of a server that waits for a decision',
    prepare: resized,
    done: 'DELETED; move confirmed; no body',
    fails: {
      destroy: {
        refusal: [
          // Refused on host2, where it is; what host1 keeps is of no use any more.
          'ERROR on host2, 2 cores; move error; running on host2',
          'ERROR on host2, 2 cores; move error; no body',
          // Refused on host1, which is cleaned when it can be.
          'DELETED; move confirmed; no body',
        ],
        silence: ['DELETED; move confirmed; no body'],
      },
    },
    refused: {
      found: ['ERROR on host2, 2 cores; move error; running on host2'],
      gone: ['ERROR on host2, 2 cores; move error; no body'],
    },
  },
  {
    ...ordinaryDelete,
    name: 'delete of a server in error',
    prepare: left,
    done: 'DELETED; move error; no body',
    fails: {
      destroy: {
        refusal: [
          'ERROR on host2, 2 cores; move error; incoming on host2',
          'ERROR on host2, 2 cores; move error; no body',
        ],
        silence: ['DELETED; move error; no body'],
      },
    },
    refused: {
      found: ['ERROR on host2, 2 cores; move error; incoming on host2'],
      gone: ['ERROR on host2, 2 cores; move error; no body'],
    },
  },
]
