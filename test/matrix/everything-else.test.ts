/** Rows J: power, rescue, interfaces, and whatever else happens to servers that do not move. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { attachInterface } from '../../src/app/servers/interfaces.ts'
import { deletePort } from '../../src/app/network/ports.ts'
import { rescue } from '../../src/app/servers/rescue.ts'
import type { ServerId } from '../../src/domain/ids.ts'
import { isProblem } from '../../src/lib/problem.ts'
import { admin, amountsOf, tenant } from '../support/cloud-deeds.ts'
import { fakeCloud } from '../support/fake-cloud.ts'
import type { FakeCloud } from '../support/fake-cloud.ts'
import { boundPorts, network } from '../support/network.ts'
import { running, stopped } from '../kit/scenarios/positions.ts'
import * as deeds from './deeds.ts'
import { play, row } from './row.ts'
import type { Case } from './row.ts'

const active = {
  position: running,
  end: 'ACTIVE on host1, 1 cores; move none; running on host1',
  holds: { host1: 1 },
  cores: 1,
} as const
const inError = {
  ...active,
  end: 'ERROR on host1, 1 cores; move none; running on host1',
  result: 'Error',
  then: async (cloud: FakeCloud, server: ServerId) => {
    await cloud.reboot(server, 'HARD')
    assert.equal(await cloud.status(server), 'ACTIVE')
  },
} as const
const askRescue = async (cloud: FakeCloud, server: ServerId): Promise<void> => {
  const wish = { imageRef: null, adminPass: null }
  await rescue(cloud.cloud.ctx, tenant, cloud.request(), server, wish)
}

const cases: Readonly<Record<string, readonly Case[]>> = {
  // The task ends, whatever is known of the guest: after a reboot that is nothing.
  J01: [
    {
      ...active,
      ask: deeds.stop,
      faults: [{ on: 'power_off', 'crash-agent': true }],
      result: 'Error',
    },
    {
      ...active,
      ask: deeds.pause,
      faults: [{ on: 'pause', 'crash-agent': true }],
      result: 'Error',
    },
    { ...inError, ask: deeds.rebootHard, faults: [{ on: 'reboot', 'crash-agent': true }] },
    {
      ...active,
      position: stopped,
      ask: deeds.start,
      faults: [{ on: 'power_on', 'crash-agent': true }],
      end: 'SHUTOFF on host1, 1 cores; move none; shutdown on host1',
      result: 'Error',
    },
  ],
  J02: [
    {
      ...active,
      ask: deeds.rebootHard,
      faults: [{ on: 'reboot', raise: 'InstanceRebootFailure' }],
      fault: null,
    },
  ],
  J03: [
    {
      ...inError,
      position: stopped,
      ask: deeds.rebootHard,
      faults: [{ on: 'reboot', raise: 'InstanceRebootFailure' }],
      end: 'ERROR on host1, 1 cores; move none; shutdown on host1',
      fault: /^Failed to reboot instance/,
    },
  ],
  J04: [
    {
      ...active,
      ask: deeds.suspend,
      faults: [{ on: 'suspend', raise: 'NotImplementedError' }],
      result: 'Error',
    },
    {
      ...active,
      position: deeds.suspended,
      ask: deeds.resume,
      faults: [{ on: 'resume', raise: 'NotImplementedError' }],
      end: 'SUSPENDED on host1, 1 cores; move none; suspended on host1',
      result: 'Error',
    },
    {
      ...inError,
      ask: deeds.suspend,
      faults: [{ on: 'suspend', raise: 'InstanceSuspendFailure' }],
      fault: /^Failed to suspend instance/,
    },
    {
      ...inError,
      position: deeds.suspended,
      ask: deeds.resume,
      faults: [{ on: 'resume', raise: 'InstanceResumeFailure' }],
      end: 'ERROR on host1, 1 cores; move none; suspended on host1',
      fault: /^Failed to resume instance/,
    },
  ],
  J05: [
    {
      ...inError,
      ask: askRescue,
      faults: [{ on: 'rescue', raise: 'InstanceNotRescuable' }],
      fault: /cannot be rescued: Driver Error/,
    },
  ],
  J20: [
    {
      ...active,
      ask: deeds.remove,
      // A second control plane takes over in mid-step; the first goes on as if nothing had happened, and may write nothing.
      meanwhile: {
        step: 'guestDestroyed',
        at: 'after-call',
        act: async (cloud) => await cloud.another(null),
      },
      end: 'DELETED; move none; no body',
      holds: {},
      cores: 0,
    },
  ],
}

for (const [id, list] of Object.entries(cases)) {
  row(id, async (t) => {
    for (const given of list) await play(t, given)
  })
}

const any = { networkId: null, portId: null, address: null, tag: null }

row('J12', async (t) => await refusesInterface(t, 'ComputeResourcesUnavailable'))
row('J14', async (t) => await refusesInterface(t, 'SomethingElse'))

/** An interface that a host refuses leaves the server with what it had. */
async function refusesInterface(t: TestContext, raise: string): Promise<void> {
  for (const when of ['before', 'after'] as const) {
    const cloud = await fakeCloud(t, { networks: 'auto' })
    await network(cloud)
    const server = await running(cloud)
    const before = await boundPorts(cloud, server)
    cloud.faults.replace({ faults: [{ on: 'attach_interface', raise, when }] })
    const attached = attachInterface(cloud.cloud.ctx, tenant, cloud.request(), server, any)
    await assert.rejects(
      attached,
      (thrown) => isProblem(thrown) && thrown.details['exception'] === raise,
    )
    await cloud.settled(server)
    assert.equal(await cloud.status(server), 'ACTIVE')
    assert.deepEqual(await boundPorts(cloud, server), before)
    assert.deepEqual(
      cloud.guests('host1')[0]?.plugged,
      before.map((port) => port.id),
    )
    assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  }
}

row('J15', async (t) => {
  const cloud = await fakeCloud(t, { networks: 'auto' })
  await network(cloud)
  const server = await running(cloud)
  const [port] = await boundPorts(cloud, server)
  await deletePort(cloud.cloud.ctx, admin, port?.id ?? '')
  assert.deepEqual(await boundPorts(cloud, server), [])
  assert.deepEqual(await cloud.held(server), { host1: amountsOf({}) })
  assert.deepEqual(await cloud.audit(), [])
  // The guest is made anew with the ports that its server has.
  await cloud.reboot(server, 'HARD')
  assert.deepEqual(cloud.guests('host1')[0]?.plugged, [])
})
