/**
 * A thousand operations in flight at once: all of them end, and the records match what is on the hosts, also when hosts fail, the
 * replies of some get lost, and the control plane dies in the middle.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import * as deleting from '../../src/app/servers/delete.ts'
import { pause } from '../../src/app/servers/pause.ts'
import * as power from '../../src/app/servers/power.ts'
import * as resizing from '../../src/app/servers/resize.ts'
import { createImage } from '../../src/app/servers/snapshot.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import type { ServerStatus } from '../../src/domain/states.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import type { VirtualClock } from '../../src/lib/virtual-clock.ts'
import * as quotas from '../../src/store/compute/quotas.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

const many = 1_000
const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 1024, diskGb: 2 }

/** So that everything that is asked for at once is under way at once. */
const slow = { on: '*', delay: 3_000 }

type Ask = (cloud: FakeCloud, server: ServerId) => Promise<unknown>

/** What is asked of the servers in turn, and how they rest when it succeeds. */
const asked: readonly { readonly ask: Ask; readonly rests: ServerStatus }[] = [
  {
    ask: async (cloud, server) => {
      const flavorRef = await cloud.flavor(large)
      await resizing.resize(cloud.cloud.ctx, tenant, cloud.request(), server, { flavorRef })
    },
    rests: 'VERIFY_RESIZE',
  },
  {
    ask: async ({ cloud }, server) => await power.stop(cloud.ctx, tenant, request(server), server),
    rests: 'SHUTOFF',
  },
  {
    ask: async ({ cloud }, server) =>
      await power.reboot(cloud.ctx, tenant, request(server), server, 'HARD'),
    rests: 'ACTIVE',
  },
  {
    ask: async ({ cloud }, server) => await pause(cloud.ctx, tenant, request(server), server),
    rests: 'PAUSED',
  },
  {
    ask: async ({ cloud }, server) =>
      await createImage(cloud.ctx, tenant, request(server), server, { name: 'i', metadata: {} }),
    rests: 'ACTIVE',
  },
  {
    ask: async ({ cloud }, server) =>
      await deleting.remove(cloud.ctx, tenant, request(server), server),
    rests: 'DELETED',
  },
]

test('a thousand operations in flight end, although hosts fail and the control plane dies', async (t) => {
  const { cloud, clock, servers } = await fullCloud(t)
  assert.deepEqual(await statuses(cloud, servers), Array(many).fill('ACTIVE'))
  cloud.faults.replace({
    faults: [
      slow,
      { on: '*', raise: 'SomethingElse', when: 'before', probability: 0.03, seed: 1 },
      { on: '*', raise: 'SomethingElse', when: 'after', probability: 0.03, seed: 2 },
      { on: '*', 'lose-reply': true, probability: 0.03, seed: 3 },
      { on: '*', hang: true, probability: 0.01, seed: 4 },
    ],
  })
  await Promise.all(servers.map(async (server, index) => await plan(index).ask(cloud, server)))
  assert.equal((await cloud.underWay()).length, many)
  await clock.advance(2_000)
  cloud.crash()
  cloud.hosts.crash(cloud.hosts.names()[0] ?? assert.fail())
  await cloud.start()
  await clock.advance(60_000)
  cloud.heal()
  await allEnd(cloud, clock)
  // What hosts did without saying so is found by the power sync.
  await cloud.cloud.loops.runNow('power states')
  await allEnd(cloud, clock)
  assert.deepEqual(await cloud.audit(), [])
  const found = await statuses(cloud, servers)
  const astray = found.filter((status, index) => !mayRest(status, plan(index).rests))
  assert.deepEqual(astray, [])
  // Most succeed, and some do not: otherwise nothing was shown.
  const succeeded = found.filter((status, index) => status === plan(index).rests).length
  assert.ok(succeeded > many / 2 && succeeded < many, `${succeeded} succeed`)
})

/** A cloud with a thousand servers, all of which were built at the same time. */
async function fullCloud(t: TestContext): Promise<{
  readonly cloud: FakeCloud
  readonly clock: VirtualClock
  readonly servers: readonly ServerId[]
}> {
  const clock = virtualClock(1_700_000_000_000)
  const hosts = Array.from({ length: 50 }, (_, index) => `host${index + 1}`)
  const cloud = await fakeCloud(t, { clock, hosts, audited: false })
  const project = tenant.projectId ?? assert.fail()
  const limits = { instances: -1, cores: -1, ram: -1 }
  await cloud.store.transaction(async (tx) => await quotas.setLimits(tx, project, limits))
  cloud.faults.replace({ faults: [slow] })
  await cloud.flavor(small)
  const servers = await Promise.all(
    Array.from({ length: many }, async () => await cloud.create(small)),
  )
  await clock.settle()
  assert.equal((await cloud.underWay()).length, many)
  await allEnd(cloud, clock)
  return { cloud, clock, servers }
}

async function allEnd(cloud: FakeCloud, clock: VirtualClock): Promise<void> {
  for (let minutes = 0; (await cloud.underWay()).length > 0; minutes += 1) {
    assert.ok(minutes < 180, 'an operation never ends')
    await clock.advance(60_000)
  }
}

async function statuses(cloud: FakeCloud, servers: readonly ServerId[]): Promise<ServerStatus[]> {
  return await Promise.all(servers.map(async (server) => await cloud.status(server)))
}

function plan(index: number): (typeof asked)[number] {
  return asked[index % asked.length] ?? assert.fail()
}

/** As it should, as it did before, off or in error; but nothing that was to be deleted goes on as if nothing had been said. */
function mayRest(status: ServerStatus, wanted: ServerStatus): boolean {
  if (wanted === 'DELETED') return status === 'DELETED' || status === 'ERROR'
  return status === wanted || ['ACTIVE', 'SHUTOFF', 'ERROR'].includes(status)
}

function request(server: ServerId): { requestId: string; globalRequestId: null } {
  return { requestId: `req-of-${server}`, globalRequestId: null }
}
