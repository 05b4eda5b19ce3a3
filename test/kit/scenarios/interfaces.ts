/** Interfaces that come to a server that is there, and go before it. */
import { createPorts } from '../../../src/app/network/ports.ts'
import { attachInterface, detachInterface } from '../../../src/app/servers/interfaces.ts'
import type { InterfaceWish } from '../../../src/app/servers/interfaces.ts'
import type { Port } from '../../../src/domain/network/network.ts'
import type { PortId } from '../../../src/domain/ids.ts'
import * as portRecords from '../../../src/store/network/port-records.ts'
import { tenant } from '../../support/cloud-deeds.ts'
import type { FakeCloud } from '../../support/fake-cloud.ts'
import { boundPorts, network } from '../../support/network.ts'
import { theServer } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { running, untouched } from './positions.ts'

const any: InterfaceWish = { networkId: null, portId: null, address: null, tag: null }

async function onNetwork(cloud: FakeCloud): Promise<void> {
  await network(cloud)
  await running(cloud)
}

/** Asks, and does not wait for the answer, which comes when all is over. */
async function attaching(cloud: FakeCloud, request = any): Promise<void> {
  const { ctx } = cloud.cloud
  const attached = attachInterface(ctx, tenant, cloud.request(), await theServer(cloud), request)
  // What came of it is seen in the records.
  attached.catch(() => {})
  while ((await cloud.underWay()).length === 0) await cloud.store.settled()
}

/** A server, and a port that is no server's. */
async function withFreePort(cloud: FakeCloud): Promise<void> {
  const networkId = await network(cloud)
  await running(cloud)
  await createPorts(cloud.cloud.ctx, tenant, [{ networkId, projectId: null }])
}

async function brought(cloud: FakeCloud): Promise<Port> {
  const all = await cloud.store.read(async (reader) => await portRecords.list(reader, {}))
  const [port] = all.filter(({ madeFor }) => madeFor === null)
  if (port === undefined) throw new Error('the port that was there is gone')
  return port
}

async function attachingThat(cloud: FakeCloud): Promise<void> {
  await attaching(cloud, { ...any, portId: (await brought(cloud)).id })
}

async function interfacesAndPort(cloud: FakeCloud): Promise<string> {
  const { deviceId, bindings } = await brought(cloud)
  const taken = deviceId === (await theServer(cloud)) && bindings.length === 1
  const free = deviceId === '' && bindings.length === 0
  return `${await interfaces(cloud)}; port ${taken ? 'taken' : free ? 'free' : 'neither'}`
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
    name: 'attach a port that is there',
    operation: 'server.attach-interface',
    hosts: ['host1', 'host2'],
    prepare: withFreePort,
    ask: attachingThat,
    tells: interfacesAndPort,
    done: `${one}; port taken`,
    fails: {
      attach_interface: {
        refusal: [`${none}; port free`],
        silence: [`${none}; port free`, `${stray}; port free`],
      },
    },
    drifts: [`${none}; port free`, `${one}; port taken`],
    refused: { portMade: [`${none}; port free`] },
    // It was there before the server was, and stays.
    toldWhenGone: ['0 ports, 0 of 0 plugged; port free'],
  },
  {
    name: 'detach an interface',
    operation: 'server.detach-interface',
    hosts: ['host1', 'host2'],
    prepare: withInterface,
    ask: detaching,
    tells: interfaces,
    done: none,
    fails: {
      // A host that died is not waited for: the port is taken away, and when the host is back it forgets it.
      detach_interface: { refusal: [one], silence: [one, none, stray] },
    },
    refused: { portSeen: [one], portReleased: [one] },
    toldWhenGone: ['0 ports, 0 of 0 plugged'],
  },
]
