/**
 * Found by the simulator: a guest moved live, its destination refused to say so, and giving up had the destination cleaned, where
 * the only copy of the disk was.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'

test('a live migration whose destination says nothing of the guest keeps its disk', async (t) => {
  const cloud = await fakeCloud(t)
  const server = await cloud.boot({}, 'host1')
  const disk = cloud.guests('host1')[0]?.diskGeneration
  cloud.faults.replace({
    faults: [{ on: 'get_info', host: 'host2', raise: 'InstanceInvalidState', times: 7 }],
  })

  const wish = { host: 'host2', blockMigration: null }
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await cloud.settled()

  const host = (await cloud.server(server)).host
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.equal(cloud.guests(host ?? '')[0]?.diskGeneration, disk)
})
