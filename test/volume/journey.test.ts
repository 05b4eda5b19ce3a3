/** One volume goes all the ways with its server, on every database. The audit at the end of each test looks at all of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as deleting from '../../src/app/servers/delete.ts'
import { evacuate } from '../../src/app/servers/evacuate.ts'
import * as shelving from '../../src/app/servers/shelve.ts'
import type { HostName } from '../../src/domain/ids.ts'
import { admin, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { move } from '../support/live-moves.ts'
import { comesBack } from '../support/lost-hosts.ts'
import { testDatabases } from '../support/stores.ts'
import { attach, blankDisk, bootable, detach, volume, volumesTold } from '../support/volumes.ts'

const on = (host: string): string => `in-use on ${host}, in the guest on ${host}`
const small = { vcpus: 1, memoryMb: 512, diskGb: 4 }
const smallerDisk = { vcpus: 2, memoryMb: 1024, diskGb: 1 }

for (const { name, open } of testDatabases()) {
  test(`on ${name}: a server that boots from a volume goes everywhere with it, and with another`, async (t) => {
    const cloud = await fakeCloud(t, { open })
    const { ctx } = cloud.cloud
    const root = {
      source: 'volume',
      id: await bootable(cloud),
      sizeGb: null,
      bootIndex: 0,
    } as const
    const wish = { disks: [{ ...blankDisk, ...root }], host: 'host1' }
    const server = await cloud.create(small, wish, { ...admin, userId: tenant.userId })
    await cloud.settled(server)
    const other = await volume(cloud)
    await attach(cloud, server, other)
    await cloud.settled(server)
    const both = async (told: string): Promise<void> =>
      assert.deepEqual(await volumesTold(cloud), [told, told])
    await both(on('host1'))

    // A disk that is on a volume does not become too small with the flavor.
    await cloud.resize(server, smallerDisk)
    await both(on('host2'))
    assert.deepEqual((await cloud.held(server))['host2'], { VCPU: 2, MEMORY_MB: 1024 })
    await cloud.revert(server)
    await both(on('host1'))
    await move(cloud, server, 'host2')
    await both(on('host2'))
    await shelving.shelve(ctx, tenant, cloud.request(), server)
    await cloud.settled(server)
    await both('reserved')
    await shelving.unshelve(ctx, tenant, cloud.request(), server, {})
    await cloud.settled(server)
    const { host } = await cloud.server(server)
    assert.ok(host !== null)
    await both(on(host))

    cloud.hosts.setReachable(host, false)
    const lost = { host: null, leavesStopped: false }
    await evacuate(ctx, admin, cloud.request(), server, lost)
    await cloud.settled(server)
    const away = (host === 'host1' ? 'host2' : 'host1') as HostName
    assert.equal((await cloud.server(server)).host, away)
    await comesBack(cloud, host)
    await both(on(away))
    await detach(cloud, server, other)
    await cloud.settled(server)
    await deleting.remove(ctx, tenant, cloud.request(), server)
    await cloud.settled()
    assert.deepEqual(await volumesTold(cloud), ['available', 'available'])
  })
}
