/** A live migration is given up when its guest is on the destination, and the destination has lost its power meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveMigrate } from '../../src/app/servers/live-migrate.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { virtualClock } from '../../src/lib/virtual-clock.ts'
import { admin } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'

const source = 'host1' as HostName
const destination = 'host2' as HostName

test('a guest that does not run on the destination any more comes back as those do that are off', async (t) => {
  const clock = virtualClock(Date.UTC(2030, 0, 1))
  const cloud = await fakeCloud(t, { clock })
  const server = await cloud.boot({}, source)
  const disk = cloud.guests(source)[0]?.diskGeneration
  // The destination denies that the guest has come, and is dark when it is asked to send it back.
  cloud.faults.replace({
    faults: [
      { on: 'get_info', host: destination, raise: 'MigrationError', times: 1 },
      { on: 'get_info', host: destination, raise: 'HypervisorUnavailable', nth: 2 },
    ],
  })
  const wish = { host: destination, blockMigration: null }
  await liveMigrate(cloud.cloud.ctx, admin, cloud.request(), server, wish)
  await clock.settle()
  cloud.world.losePower(destination)
  await cloud.settled()
  assert.equal((await cloud.server(server)).host, source)
  assert.equal((await cloud.migrations(server)).at(-1)?.status, 'failed')
  const guest = cloud.guests(source)[0]
  assert.equal(guest?.power, 'shutdown')
  assert.equal(guest?.diskGeneration, disk)
  assert.deepEqual(cloud.guests(destination), [])
  await cloud.cloud.loops.runNow('power states')
  await cloud.settled()
  assert.equal(await cloud.status(server), 'SHUTOFF')
})
