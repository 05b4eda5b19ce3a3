/** What reaches into a guest and leaves the server as it was: a crash dump, its network put in order. */
import { injectNetworkInfo, triggerCrashDump } from '../../../src/app/servers/interruptions.ts'
import { admin, tenant } from '../../support/fake-cloud.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

const hosts = ['host1', 'host2']

export const guestScenarios: readonly Scenario[] = [
  {
    name: 'crash dump',
    operation: 'server.trigger-crash-dump',
    hosts,
    prepare: running,
    ask: async (cloud) =>
      await triggerCrashDump(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud)),
    done: untouched,
    fails: { trigger_crash_dump: [untouched] },
    refused: {},
  },
  {
    name: 'inject network',
    operation: 'server.inject-network',
    hosts,
    prepare: running,
    ask: async (cloud) =>
      await injectNetworkInfo(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud)),
    done: untouched,
    fails: { plug_vifs: [untouched] },
    refused: { ready: [untouched] },
  },
]
