/** What reaches into a guest and leaves the server as it was: a crash dump, its network put in order. */
import type { HostName, ImageId } from '../../../src/domain/ids.ts'
import { cacheImages, cachingSubject } from '../../../src/operations/cache-images.ts'
import { injectNetworkInfo, triggerCrashDump } from '../../../src/app/servers/interruptions.ts'
import { admin, tenant } from '../../support/cloud-deeds.ts'
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
  {
    name: 'cache images',
    operation: 'host.cache-images',
    hosts,
    prepare: running,
    ask: async (cloud) => {
      // Names of hosts and ids of images that no other part of the scenario looks at.
      const host = 'host1' as HostName
      const params = { host, images: ['image-1' as ImageId] }
      const subject = cachingSubject(host, 'kit')
      await cloud.store.transaction(
        async (tx) => await cloud.cloud.ctx.start(tx, cacheImages, { subject, params }),
      )
    },
    waitsFor: 'everything',
    done: untouched,
    fails: { cache_images: [untouched] },
    refused: {},
  },
]
