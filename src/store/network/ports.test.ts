/** Ports of servers: every function twice, many at once, on each database. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addNetwork } from '../../../test/support/network-cloud.ts'
import { testDatabases } from '../../../test/support/stores.ts'
import type { HostName, NetworkId, PortId, ProjectId, ServerId } from '../../domain/ids.ts'
import { derivedUuid } from '../../lib/ids.ts'
import { seededRandom } from '../../lib/random.ts'
import type { Port } from '../../domain/network/network.ts'
import type { Store, Tx } from '../store.ts'
import * as records from './port-records.ts'
import * as ports from './ports.ts'
import type { ForServer, PortWish } from './ports.ts'
import { addressesOfServers } from './server-addresses.ts'

const project = 'p1' as ProjectId
const [host1, host2] = ['host1' as HostName, 'host2' as HostName]

async function seeded(store: Store, cidr = '10.0.0.0/24'): Promise<NetworkId> {
  return await addNetwork(store, { owner: project, cidr })
}

const serverId = (name: string): ServerId => derivedUuid('server', name) as ServerId
const portId = (name: string): PortId => derivedUuid('port', name) as PortId

function forServer(name: string, wishes: readonly PortWish[]): ForServer {
  return {
    serverId: serverId(name),
    projectId: project,
    zone: 'nova',
    hostname: name,
    wishes,
    securityGroups: [],
    at: 1,
    random: seededRandom(name),
  }
}

/** Makes the ports and shows them, in the order of the wishes. */
async function create(tx: Tx, wanted: ForServer): Promise<readonly Port[]> {
  await ports.createForServer(tx, wanted)
  const made = await ports.portsOfServer(tx, wanted.serverId)
  return wanted.wishes.flatMap(({ portId: id }) => made.find((port) => port.id === id) ?? [])
}

function on(networkId: NetworkId, name: string, fixedIp: string | null = null): PortWish {
  return { kind: 'network', portId: portId(name), networkId, fixedIp, tag: null }
}

for (const { name, open } of testDatabases()) {
  test(`${name}: a server's ports are made once however often they are asked for`, async (t) => {
    const store = await open(t)
    const networkId = await seeded(store)
    const make = async () =>
      await store.transaction(async (tx) => await create(tx, forServer('a', [on(networkId, 'a')])))
    const [first] = await make()
    const [second] = await make()
    assert.deepEqual(second, first)
    assert.equal(first?.deviceOwner, 'compute:nova')
    assert.match(first.mac, /^fa:16:3e:/)
    assert.equal(first.fixedIps.length, 1)
    assert.equal(first.securityGroups.length, 1)
    const shown = await store.read(
      async (reader) => await addressesOfServers(reader, [serverId('a')]),
    )
    assert.deepEqual(shown.get(serverId('a')), [
      {
        portId: first.id,
        network: 'net1',
        address: first.fixedIps[0]?.address,
        version: 4,
        mac: first.mac,
        kind: 'fixed',
      },
    ])
  })

  test(`${name}: servers made at once have addresses of their own, down to the last one`, async (t) => {
    const store = await open(t)
    // 61 addresses: 64 less the network's own, broadcast and the gateway.
    const networkId = await seeded(store, '10.0.0.0/26')
    const names = Array.from({ length: 64 }, (_, i) => `s${i}`)
    const outcomes = await Promise.allSettled(
      names.map(
        async (each) =>
          await store.transaction(
            async (tx) => await create(tx, forServer(each, [on(networkId, each)])),
          ),
      ),
    )
    const made = outcomes.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
    const addresses = made.flatMap((port) => port.fixedIps.map(({ address }) => address))
    assert.equal(addresses.length, 61)
    assert.equal(new Set(addresses).size, 61)
    for (const taken of ['10.0.0.0', '10.0.0.1', '10.0.0.63']) assert.ok(!addresses.includes(taken))
    for (const each of outcomes) {
      if (each.status === 'fulfilled') continue
      assert.equal(each.reason.kind, 'conflict')
      assert.equal(each.reason.details.type, 'IpAddressGenerationFailure')
    }
    // What failed left nothing behind, and what is given back can be had again.
    const left = await store.read(async (reader) => await records.list(reader, { networkId }))
    assert.equal(left.length, 61)
    const freed = made[7]
    assert.ok(freed !== undefined)
    await store.transaction(async (tx) => {
      // The device of these ports is a server.
      await ports.deleteOfServer(tx, freed.deviceId as ServerId)
      const [again] = await create(tx, forServer('late', [on(networkId, 'late')]))
      assert.deepEqual(again?.fixedIps, freed.fixedIps)
    })
  })

  test(`${name}: an address that was asked for is given, unless it is taken or wrong`, async (t) => {
    const store = await open(t)
    const networkId = await seeded(store)
    const make = async (each: string, address: string) =>
      await store.transaction(
        async (tx) => await create(tx, forServer(each, [on(networkId, each, address)])),
      )
    const [port] = await make('a', '10.0.0.77')
    assert.equal(port?.fixedIps[0]?.address, '10.0.0.77')
    await assert.rejects(make('b', '10.0.0.77'), (thrown: { details: { type: string } }) => {
      return thrown.details.type === 'IpAddressAlreadyAllocated'
    })
    await assert.rejects(make('c', '10.9.9.9'), (thrown: { details: { type: string } }) => {
      return thrown.details.type === 'InvalidIpForNetwork'
    })
  })

  test(`${name}: a port that was brought along outlives its server, one that was made does not`, async (t) => {
    const store = await open(t)
    const networkId = await seeded(store)
    const [brought] = await store.transaction(
      async (tx) => await create(tx, forServer('old', [on(networkId, 'own')])),
    )
    assert.ok(brought !== undefined)
    await store.transaction(async (tx) => {
      const { fixedIps: _, securityGroups: __, bindings: ___, ...bare } = brought
      await records.save(tx, { ...bare, deviceId: '', deviceOwner: '', madeFor: null })
    })
    const wishes: readonly PortWish[] = [
      { kind: 'port', portId: brought.id, tag: 'first' },
      on(networkId, 'made'),
    ]
    const give = async (each: string) =>
      await store.transaction(async (tx) => {
        const given = await create(tx, forServer(each, wishes))
        await ports.bindServer(tx, serverId(each), host1)
        return given
      })
    await give('a')
    assert.deepEqual(
      (await give('a')).map(({ id, tag }) => [id, tag]),
      [
        [brought.id, 'first'],
        [portId('made'), null],
      ],
    )
    await assert.rejects(give('b'), (thrown: { kind: string; details: { type: string } }) => {
      return thrown.kind === 'conflict' && thrown.details.type === 'PortInUse'
    })
    for (let twice = 0; twice < 2; twice += 1) {
      await store.transaction(async (tx) => await ports.deleteOfServer(tx, serverId('a')))
    }
    const left = await store.read(async (reader) => await records.list(reader, { networkId }))
    assert.deepEqual(
      left.map(({ id, deviceId, status, bindings }) => [id, deviceId, status, bindings]),
      [[brought.id, '', 'DOWN', []]],
    )
  })

  test(`${name}: a port that moves live has two bindings, of which one counts`, async (t) => {
    const store = await open(t)
    const networkId = await seeded(store)
    const ids = [portId('a')]
    const bindings = async () =>
      (await store.read(async (reader) => await records.get(reader, ids[0] ?? ''))).bindings.map(
        ({ host, status }) => `${host} ${status}`,
      )
    const twice = async (step: (tx: Tx) => Promise<void>) => {
      await store.transaction(step)
      await store.transaction(step)
    }
    await store.transaction(async (tx) => await create(tx, forServer('a', [on(networkId, 'a')])))
    await twice(async (tx) => await ports.bindServer(tx, serverId('a'), host1))
    await twice(async (tx) => await ports.addInactive(tx, ids, host2))
    assert.deepEqual(await bindings(), ['host1 ACTIVE', 'host2 INACTIVE'])
    await twice(async (tx) => await ports.activate(tx, ids, host2))
    assert.deepEqual(await bindings(), ['host1 INACTIVE', 'host2 ACTIVE'])
    await twice(async (tx) => await ports.removeOn(tx, ids, host1))
    assert.deepEqual(await bindings(), ['host2 ACTIVE'])
    await twice(async (tx) => await ports.unbind(tx, ids))
    assert.deepEqual(await bindings(), [])
  })
}
