/** Operations that are hardly more than one call to a host: what they end as when it works and when it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { beginPassword } from '../../src/app/servers/password.ts'
import { pause, resume, suspend, unpause } from '../../src/app/servers/pause.ts'
import { rescue, unrescue } from '../../src/app/servers/rescue.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'

type Verb = 'pause' | 'unpause' | 'suspend' | 'resume' | 'rescue' | 'unrescue'

async function act(cloud: FakeCloud, id: ServerId, verb: Verb): Promise<void> {
  const { ctx } = cloud.cloud
  const request = cloud.request()
  if (verb === 'rescue') await rescue(ctx, tenant, request, id, { imageRef: null, adminPass: null })
  else await { pause, unpause, suspend, resume, unrescue }[verb](ctx, tenant, request, id)
  await cloud.settled(id)
}

async function cloudWithServer(
  t: TestContext,
): Promise<{ readonly cloud: FakeCloud; readonly server: ServerId }> {
  const cloud = await fakeCloud(t)
  return { cloud, server: await cloud.boot({}, 'host1') }
}

const pairs = [
  { there: 'pause', rests: 'PAUSED', power: 'paused', back: 'unpause' },
  { there: 'suspend', rests: 'SUSPENDED', power: 'suspended', back: 'resume' },
  { there: 'rescue', rests: 'RESCUE', power: 'running', back: 'unrescue' },
] as const

for (const { there, rests, power, back } of pairs) {
  test(`${there} and ${back} lead there and back, on the host and in the record`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    await act(cloud, server, there)
    assert.equal(await cloud.status(server), rests)
    assert.equal(cloud.guests('host1')[0]?.power, power)
    await act(cloud, server, back)
    assert.equal(await cloud.status(server), 'ACTIVE')
    assert.equal(cloud.guests('host1')[0]?.power, 'running')
    assert.equal(cloud.guests('host1')[0]?.rescued, false)
  })
}

/** What each failure leaves: the verb of the driver, what it raises, and where the server rests then. */
const failures = [
  { row: '', first: [], verb: 'pause', raise: 'InstanceInvalidState', status: 'ACTIVE' },
  { row: 'J04', first: [], verb: 'suspend', raise: 'NotImplementedError', status: 'ACTIVE' },
  { row: 'J04', first: [], verb: 'suspend', raise: 'InstanceSuspendFailure', status: 'ERROR' },
  {
    row: 'J04',
    first: ['suspend'],
    verb: 'resume',
    raise: 'InstanceResumeFailure',
    status: 'ERROR',
  },
  { row: 'J05', first: [], verb: 'rescue', raise: 'InstanceNotRescuable', status: 'ERROR' },
] as const

for (const { row, first, verb, raise, status } of failures) {
  test(`${row} ${verb} that ends with ${raise} leaves the server ${status} with a fault`, async (t) => {
    const { cloud, server } = await cloudWithServer(t)
    for (const each of first) await act(cloud, server, each)
    cloud.faults.replace({ faults: [{ on: verb, raise }] })
    await act(cloud, server, verb)
    assert.equal(await cloud.status(server), status)
    assert.equal((await cloud.server(server)).taskState, null)
    assert.ok((await cloud.fault(server)) !== null)
    if (row === 'J05') {
      assert.match((await cloud.fault(server))?.message ?? '', /cannot be rescued: Driver Error/)
    }
  })
}

test('a changed password is nowhere in the records', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  const secret = 'correct-horse-battery'
  const { ctx } = cloud.cloud
  await beginPassword(ctx, tenant, cloud.request(), server, secret)
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  const sagas = await cloud.store.read(
    async (reader) => await reader.selectFrom('sagas').selectAll().execute(),
  )
  assert.ok(!JSON.stringify(sagas).includes(secret))
  assert.equal((await cloud.fault(server))?.message, undefined)
})

test('a password that a crash has lost is asked for again', async (t) => {
  const { cloud, server } = await cloudWithServer(t)
  cloud.faults.replace({ faults: [{ on: 'set_admin_password', hang: true }] })
  await beginPassword(cloud.cloud.ctx, tenant, cloud.request(), server, 'lost')
  cloud.crash()
  cloud.faults.replace({ faults: [] })
  await cloud.start()
  await cloud.settled(server)
  assert.equal(await cloud.status(server), 'ACTIVE')
  assert.match((await cloud.fault(server))?.message ?? '', /set it again/)
})
