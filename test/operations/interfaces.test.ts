/** Interfaces that come to a server later, and go before it (J12 to J14). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachInterface, detachInterface } from '../../src/app/servers/interfaces.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import { boundPorts, network } from '../support/network.ts'

const any = { networkId: null, portId: null, address: null, tag: null }

test('an interface is attached, bound to the host and plugged; detached, it leaves nothing', async (t) => {
  const cloud = await fakeCloud(t)
  await network(cloud)
  const server = await cloud.boot({}, 'host1')
  const { ctx } = cloud.cloud
  const port = await attachInterface(ctx, tenant, cloud.request(), server, any)
  assert.deepEqual(await boundPorts(cloud, server), [{ id: port, hosts: ['host1'] }])
  assert.deepEqual(cloud.guests('host1')[0]?.plugged, [port])
  await detachInterface(ctx, tenant, cloud.request(), server, port)
  await cloud.settled(server)
  assert.deepEqual(await boundPorts(cloud, server), [])
  assert.deepEqual(cloud.guests('host1')[0]?.plugged, [])
})

for (const when of ['before', 'after'] as const) {
  test(`J13, J14 a host that raises ${when} it has plugged leaves no port`, async (t) => {
    const cloud = await fakeCloud(t)
    await network(cloud)
    const server = await cloud.boot({}, 'host1')
    cloud.faults.replace({ faults: [{ on: 'attach_interface', raise: 'SomethingElse', when }] })
    const attached = attachInterface(cloud.cloud.ctx, tenant, cloud.request(), server, any)
    await assert.rejects(attached, (thrown) => isProblem(thrown, 'failed'))
    await cloud.settled(server)
    assert.deepEqual(await boundPorts(cloud, server), [])
    assert.deepEqual(cloud.guests('host1')[0]?.plugged, [])
    assert.equal(await cloud.status(server), 'ACTIVE')
  })
}

for (const when of ['before', 'after'] as const) {
  test(`a detachment that fails ${when} its effect changes nothing`, async (t) => {
    const cloud = await fakeCloud(t)
    await network(cloud)
    const server = await cloud.boot({}, 'host1')
    const { ctx } = cloud.cloud
    const port = await attachInterface(ctx, tenant, cloud.request(), server, any)
    const raise = 'InterfaceDetachFailed'
    cloud.faults.replace({ faults: [{ on: 'detach_interface', raise, when }] })
    await detachInterface(ctx, tenant, cloud.request(), server, port)
    await cloud.settled(server)
    assert.deepEqual(await boundPorts(cloud, server), [{ id: port, hosts: ['host1'] }])
    assert.deepEqual(cloud.guests('host1')[0]?.plugged, [port])
  })
}
