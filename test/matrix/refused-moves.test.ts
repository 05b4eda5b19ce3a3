/** Moves that are refused before they begin: rows B01 and B40, and every host that will not do. */
import assert from 'node:assert/strict'
import * as services from '../../src/app/services.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { askResize, large, running, small } from '../kit/scenarios/positions.ts'
import { answerAgain, migrate } from './deeds.ts'
import { row } from './row.ts'

row('B01', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  const { ctx } = cloud.cloud
  const host1 = 'host1' as HostName // a host of this cloud
  const ref = { host: host1, binary: 'nova-compute' }
  const isRefused = async (): Promise<void> => {
    for (const ask of [askResize, migrate]) {
      await assert.rejects(ask(cloud, server), {
        kind: 'conflict',
        message: 'Service is unavailable at this time.',
      })
    }
    assert.equal(await cloud.status(server), 'ACTIVE')
    assert.deepEqual(await cloud.migrations(server), [])
    assert.deepEqual(await cloud.charged(), { instances: 1, cores: 1, ram: small.memoryMb })
  }
  cloud.hosts.setReachable(host1, false)
  await isRefused()
  await services.updateService(ctx, admin, ref, { disabled: true })
  await isRefused()
  await answerAgain(cloud, host1)
  await services.updateService(ctx, admin, ref, { forcedDown: true })
  await isRefused()
  // A host that is only disabled lets its servers go.
  await services.updateService(ctx, admin, ref, { forcedDown: false })
  await askResize(cloud, server)
  await cloud.settled()
  assert.equal(await cloud.status(server), 'VERIFY_RESIZE')
})

row('B40', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await running(cloud)
  const both = await Promise.allSettled([askResize(cloud, server), askResize(cloud, server)])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  const refused = both.find((each) => each.status === 'rejected')
  assert.equal(refused?.reason.kind, 'conflict')
  await cloud.settled()
  assert.equal((await cloud.migrations(server)).length, 1)
  assert.deepEqual(await cloud.charged(), { instances: 1, cores: 2, ram: large.memoryMb })
})
