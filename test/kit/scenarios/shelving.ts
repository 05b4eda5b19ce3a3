/** Putting servers on the shelf, taking them off their hosts, and bringing them back. */
import * as shelving from '../../../src/app/servers/shelve.ts'
import type { UnshelveWish } from '../../../src/app/servers/shelve.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { admin, tenant } from '../../support/cloud-deeds.ts'
import { theServer } from '../bench.ts'
import type { Ends, Scenario } from '../scenario.ts'
import { here, off as isOff, running, stopped, untouched as runs } from './positions.ts'

/** Nothing leaves its host by itself. */
const settings = { offloadAfterMs: 86_400_000 }
const hosts = ['host1', 'host2']

async function shelve(cloud: FakeCloud): Promise<void> {
  await shelving.shelve(cloud.cloud.ctx, tenant, cloud.request(), await theServer(cloud))
}

async function offload(cloud: FakeCloud): Promise<void> {
  await shelving.shelveOffload(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud))
}

async function shelved(cloud: FakeCloud): Promise<void> {
  await running(cloud)
  await shelve(cloud)
  await cloud.settled()
}

async function offloaded(cloud: FakeCloud): Promise<void> {
  await shelved(cloud)
  await offload(cloud)
  await cloud.settled()
}

const unshelve =
  (wish: UnshelveWish) =>
  async (cloud: FakeCloud): Promise<void> =>
    await shelving.unshelve(cloud.cloud.ctx, admin, cloud.request(), await theServer(cloud), wish)

/** The images that are there: a server on the shelf has one, and nobody else. */
async function images(cloud: FakeCloud): Promise<string> {
  const rows = await cloud.store.read(
    async (reader) => await reader.selectFrom('images').select('status').execute(),
  )
  return rows.length === 0 ? 'no image' : rows.map(({ status }) => status).join()
}

const without = (...ends: Ends): Ends => ends.map((end) => `${end}; no image`)
const kept = (...ends: Ends): Ends => ends.map((end) => `${end}; active`)
const one = (ends: Ends): string => String(ends[0])

const untouched = without(runs)
const off = without(isOff)
/** A host that is gone may not have switched it off: the power sync will. */
const thoughtOff = without(here('SHUTOFF', 'running'))
const onShelf = kept(here('SHELVED', 'shutdown'))
const stillOn = kept(here('SHELVED', 'running'))
const away = kept('SHELVED_OFFLOADED on null, 1 cores; move none; no body')
const elsewhere = without('ACTIVE on host2, 1 cores; move none; running on host2')

const common = { hosts, settings, tells: images, toldWhenGone: ['no image'] } as const

export const shelvingScenarios: readonly Scenario[] = [
  {
    ...common,
    name: 'shelve',
    operation: 'server.shelve',
    prepare: running,
    ask: shelve,
    done: one(onShelf),
    fails: {
      power_off: { refusal: untouched, silence: [...untouched, ...off, ...thoughtOff] },
      snapshot: { refusal: untouched, silence: [...untouched, ...off] },
    },
    refused: { imageMade: untouched, shelved: untouched },
    drifts: [...onShelf, ...untouched, ...off],
  },
  {
    ...common,
    name: 'shelve of a stopped server',
    operation: 'server.shelve',
    prepare: stopped,
    ask: shelve,
    done: one(onShelf),
    fails: { power_off: off, snapshot: off },
    refused: { imageMade: off, shelved: off },
  },
  {
    ...common,
    name: 'shelve and leave the host at once',
    operation: 'server.shelve',
    settings: { offloadAfterMs: 0 },
    prepare: running,
    ask: shelve,
    done: one(away),
    fails: {
      power_off: { refusal: untouched, silence: [...untouched, ...off, ...thoughtOff] },
      snapshot: { refusal: untouched, silence: [...untouched, ...off] },
      destroy: { refusal: [...onShelf, ...away], silence: away },
    },
    refused: { imageMade: untouched, shelved: untouched },
    drifts: [...away, ...onShelf, ...untouched, ...off],
  },
  {
    ...common,
    name: 'shelve offload',
    operation: 'server.shelve-offload',
    prepare: shelved,
    ask: offload,
    done: one(away),
    // Refused while the guest is intact: nothing has happened. Refused after it has gone: it is gone.
    fails: { destroy: { refusal: [...onShelf, ...away], silence: away } },
    refused: { offloaded: away },
  },
  {
    ...common,
    name: 'unshelve where the guest still is',
    operation: 'server.take-off-shelf',
    prepare: shelved,
    ask: unshelve({}),
    done: one(untouched),
    fails: { power_on: [...onShelf, ...stillOn] },
    refused: { ready: onShelf },
    drifts: [...onShelf, ...untouched],
  },
  {
    ...common,
    name: 'unshelve anywhere',
    operation: 'server.unshelve',
    prepare: offloaded,
    ask: unshelve({}),
    done: one(untouched),
    doneElsewhere: one(elsewhere),
    fails: { spawn: [...untouched, ...elsewhere, ...away] },
    refused: { imageFound: away, hostClaimed: away, portsPlugged: away, active: away },
  },
  {
    ...common,
    name: 'unshelve to a host',
    operation: 'server.unshelve',
    prepare: offloaded,
    ask: unshelve({ host: 'host2' }),
    done: one(elsewhere),
    fails: { spawn: away },
    refused: { imageFound: away, hostClaimed: away, portsPlugged: away, active: away },
  },
  {
    ...common,
    name: 'unshelve to a zone',
    operation: 'server.unshelve',
    hosts: ['host1'],
    prepare: offloaded,
    ask: unshelve({ availabilityZone: 'nova' }),
    done: one(untouched),
    fails: { spawn: away },
    refused: { imageFound: away, hostClaimed: away, portsPlugged: away, active: away },
  },
]
