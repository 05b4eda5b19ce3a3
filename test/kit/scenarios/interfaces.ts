/** Interfaces that come to a server that is there, and go before it. */
import { attachInterface, detachInterface } from '../../../src/app/servers/interfaces.ts'
import type { PortId } from '../../../src/domain/ids.ts'
import { tenant } from '../../support/fake-cloud.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { boundPorts, network } from '../../support/network.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

const any = { networkId: null, portId: null, address: null, tag: null }

async function onNetwork(cloud: FakeCloud): Promise<void> {
  await network(cloud)
  await running(cloud)
}

/** Asks, and does not wait for the answer, which comes when all is over. */
async function attaching(cloud: FakeCloud): Promise<void> {
  const { ctx } = cloud.cloud
  const attached = attachInterface(ctx, tenant, cloud.request(), await theServer(cloud), any)
  // What came of it is seen in the records.
  attached.catch(() => {})
  while ((await cloud.underWay()).length === 0) await cloud.store.settled()
}

async function withInterface(cloud: FakeCloud): Promise<void> {
  await onNetwork(cloud)
  await attaching(cloud)
  await cloud.settled()
}

async function detaching(cloud: FakeCloud): Promise<void> {
  const server = await theServer(cloud)
  const [port] = await boundPorts(cloud, server)
  const id = port?.id ?? ('' as PortId)
  await detachInterface(cloud.cloud.ctx, tenant, cloud.request(), server, id)
}

/** How many ports the server has, and of how many of them its guest knows. */
async function interfaces(cloud: FakeCloud): Promise<string> {
  const ports = await boundPorts(cloud, await theServer(cloud))
  const plugged = cloud.world.guests().flatMap((guest) => guest.plugged)
  const known = ports.filter(({ id }) => plugged.includes(id)).length
  return `${ports.length} ports, ${known} of ${plugged.length} plugged`
}

const none = `${untouched}; 0 ports, 0 of 0 plugged`
/** No port any more, and the guest still has it. */
const stray = `${untouched}; 0 ports, 0 of 1 plugged`
const one = `${untouched}; 1 ports, 1 of 1 plugged`

export const interfaceScenarios: readonly Scenario[] = [
  {
    name: 'attach an interface',
    operation: 'server.attach-interface',
    hosts: ['host1', 'host2'],
    prepare: onNetwork,
    ask: attaching,
    tells: interfaces,
    done: one,
    fails: {
      // Nobody knows whether a host that died has plugged it; when it is back, that is found out.
      attach_interface: { refusal: [none], silence: [none, stray] },
    },
    drifts: [none, one],
    refused: { portMade: [none] },
    toldWhenGone: ['0 ports, 0 of 0 plugged'],
  },
  {
    name: 'detach an interface',
    operation: 'server.detach-interface',
    hosts: ['host1', 'host2'],
    prepare: withInterface,
    ask: detaching,
    tells: interfaces,
    done: none,
    fails: { detach_interface: [one, `${untouched}; 1 ports, 0 of 0 plugged`] },
    refused: { portReleased: [one, `${untouched}; 1 ports, 0 of 0 plugged`] },
    toldWhenGone: ['0 ports, 0 of 0 plugged'],
  },
]
