import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, Asked, ComputeApi } from '../support/compute-api.ts'
import { messageOf, nobody } from '../support/compute-surroundings.ts'
import { addImage, addNetwork } from '../support/compute-surroundings.ts'

type Place = {
  readonly api: ComputeApi
  readonly network: string
  readonly server: string
  /** Asks for an action of the server, at the last version that has them all. */
  act(body: object, asked?: Asked): Promise<Answered>
}

/** A server with one port on a network. */
async function place(t: TestContext): Promise<Place> {
  const api = await computeApi(t)
  const network = await addNetwork(api)
  const flavorRef = await api.cloud.flavor({})
  const imageRef = await addImage(api)
  const wish = { name: 'one', flavorRef, imageRef, networks: [{ uuid: network }] }
  const { body } = await api.now('POST', '/servers', { body: { server: wish } })
  await api.cloud.settled()
  const server: string = body.server.id
  const act: Place['act'] = async (asked, more = {}) =>
    await api.ask('POST', `/servers/${server}/action`, { at: 43, body: asked, ...more })
  return { api, network, server, act }
}

const portsOf = async ({ api, server }: Place) =>
  (await api.now('GET', `/servers/${server}/os-interface`)).body.interfaceAttachments

const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

test('an interface is attached to a network and taken away again', async (t) => {
  const here = await place(t)
  const { api, network, server } = here
  const path = `/servers/${server}/os-interface`
  for (const at of [48, 49, 69, 70]) {
    const wish = { net_id: network, ...(at < 49 ? {} : { tag: `nic${at}` }) }
    const made = await api.ask('POST', path, { at, body: { interfaceAttachment: wish } })
    assert.equal(made.status, 200, messageOf(made))
    const attached = made.body.interfaceAttachment
    assert.equal(attached.net_id, network)
    assert.equal('tag' in attached, at >= 70)
    assert.equal((await api.now('DELETE', `${path}/${attached.port_id}`)).status, 202)
    await api.cloud.settled()
  }
  assert.equal((await portsOf(here)).length, 1)
  const fixed = { net_id: network, fixed_ips: [{ ip_address: '10.0.7.7' }] }
  const exact = await api.now('POST', path, { body: { interfaceAttachment: fixed } })
  assert.equal(exact.body.interfaceAttachment.fixed_ips[0].ip_address, '10.0.7.7')
  assert.equal((await api.now('POST', path, { body: {} })).status, 200, 'the only network is meant')
})

test('what contradicts itself, or names what is not there, is no interface', async (t) => {
  const { api, network, server } = await place(t)
  const path = `/servers/${server}/os-interface`
  for (const [wish, status] of [
    [{ net_id: network, port_id: nobody }, 400],
    [{ fixed_ips: [{ ip_address: '10.0.0.9' }] }, 400],
    [{ port_id: nobody }, 404],
    [{ net_id: nobody }, 404],
    [{ net_id: 'what' }, 400],
  ] as const) {
    const answer = await api.now('POST', path, { body: { interfaceAttachment: wish } })
    assert.equal(answer.status, status, JSON.stringify(wish))
  }
  assert.equal((await api.now('DELETE', `${path}/${nobody}`)).status, 404)
  const tagged = { interfaceAttachment: { tag: 'a' } }
  assert.equal((await api.ask('POST', path, { at: 48, body: tagged })).status, 400)
})

test('security groups are put on the ports of a server and taken from them', async (t) => {
  const { api, act, server } = await place(t)
  const group = { name: 'web', description: 'what may come in' }
  const made = await api.ask('POST', '/os-security-groups', { body: { security_group: group } })
  const { id } = made.body.security_group
  const names = async (): Promise<string[]> => {
    const { body } = await api.now('GET', `/servers/${server}/os-security-groups`)
    return body.security_groups.map(({ name }: { name: string }) => name).toSorted()
  }
  assert.deepEqual(await names(), ['default'])
  for (const word of ['web', id]) {
    assert.equal((await act({ addSecurityGroup: { name: word } })).status, 202)
    assert.deepEqual(await names(), ['default', 'web'])
  }
  assert.equal((await act({ removeSecurityGroup: { name: id } }, { at: 104 })).status, 202)
  assert.deepEqual(await names(), ['default'])
  const again = await act({ removeSecurityGroup: { name: 'web' } })
  assert.deepEqual(told(again), [
    404,
    `Security group web not associated with the instance ${server}`,
  ])
})

test('a group that is not there, or is one of several of its name, is refused', async (t) => {
  const { api, act } = await place(t)
  assert.deepEqual(told(await act({ addSecurityGroup: { name: 'nobody' } })), [
    404,
    'Security group nobody is not found for project project-1',
  ])
  const make = async (name: string, as: 'member' | 'other'): Promise<string> => {
    const body = { security_group: { name, description: 'made' } }
    return (await api.ask('POST', '/os-security-groups', { as, body })).body.security_group.id
  }
  await make('twin', 'member')
  await make('twin', 'member')
  assert.equal((await act({ addSecurityGroup: { name: 'twin' } })).status, 409)
  const theirs = await make('theirs', 'other')
  assert.equal((await act({ addSecurityGroup: { name: theirs } })).status, 404)
})

test('a server without ports takes no security group', async (t) => {
  const { api } = await place(t)
  const bare = await api.cloud.boot({})
  const body = { addSecurityGroup: { name: 'default' } }
  assert.deepEqual(told(await api.now('POST', `/servers/${bare}/action`, { body })), [
    404,
    `instance_id ${bare} could not be found as device id on any ports`,
  ])
  const listed = await api.now('GET', `/servers/${bare}/os-security-groups`)
  assert.deepEqual(listed.body, { security_groups: [] })
})

test('another address of its network is added to a server and taken away, until 2.43', async (t) => {
  const here = await place(t)
  const { network, act, server } = here
  const addresses = async (): Promise<readonly string[]> =>
    (await portsOf(here))[0].fixed_ips.map((each: { ip_address: string }) => each.ip_address)
  const [own] = await addresses()
  assert.equal((await act({ addFixedIp: { networkId: network } })).status, 202)
  await here.api.cloud.settled()
  const [first, second = ''] = await addresses()
  assert.equal(first, own)
  assert.notEqual(second, '')
  assert.equal((await act({ removeFixedIp: { address: second } })).status, 202)
  await here.api.cloud.settled()
  assert.deepEqual(await addresses(), [own])
  assert.deepEqual(told(await act({ removeFixedIp: { address: second } })), [
    404,
    `Fixed IP not found for instance ${server}.`,
  ])
  assert.equal((await act({ addFixedIp: { networkId: 'what' } })).status, 404)
  for (const body of [
    { addFixedIp: { networkId: network } },
    { removeFixedIp: { address: '10.0.0.2' } },
  ]) {
    assert.equal((await act(body, { at: 44 })).status, 404)
  }
})

test('a floating address leads to a server and away again, until 2.43', async (t) => {
  const here = await place(t)
  const { api, act, server } = here
  const { body: made } = await api.ask('POST', '/os-floating-ips', { body: { pool: 'public' } })
  const { id, ip, ...rest } = made.floating_ip
  assert.deepEqual(rest, { fixed_ip: null, instance_id: null, pool: 'public' })
  const shown = async () => (await api.ask('GET', `/os-floating-ips/${id}`)).body.floating_ip
  assert.equal((await act({ addFloatingIp: { address: ip } })).status, 202)
  const [own] = (await portsOf(here))[0].fixed_ips
  const { fixed_ip: fixed, instance_id: leads } = await shown()
  assert.deepEqual([fixed, leads], [own.ip_address, server])
  const { addresses } = (await api.now('GET', `/servers/${server}`)).body.server
  assert(addresses.private.some((each: { addr: string }) => each.addr === ip))
  assert.equal((await act({ removeFloatingIp: { address: ip } })).status, 202)
  assert.equal((await shown()).instance_id, null)
  assert.deepEqual(told(await act({ removeFloatingIp: { address: ip } })), [
    409,
    `Floating IP ${ip} is not associated with instance ${server}.`,
  ])
  const exact = { address: ip, fixed_address: own.ip_address }
  assert.equal((await act({ addFloatingIp: exact })).status, 202)
  for (const body of [{ addFloatingIp: { address: ip } }, { removeFloatingIp: { address: ip } }]) {
    assert.equal((await act(body, { at: 44 })).status, 404)
  }
})

test('a floating address that is not there or not theirs leads nowhere', async (t) => {
  const { api, act } = await place(t)
  const take = async (as: 'member' | 'other'): Promise<string> =>
    (await api.ask('POST', '/os-floating-ips', { as })).body.floating_ip.ip
  const ip = await take('member')
  assert.deepEqual(told(await act({ addFloatingIp: { address: '203.0.113.250' } })), [
    404,
    'floating IP not found',
  ])
  const wrong = { address: ip, fixed_address: '10.9.9.9' }
  assert.deepEqual(told(await act({ addFloatingIp: wrong })), [
    400,
    'Specified fixed address not assigned to instance',
  ])
  const bare = await api.cloud.boot({})
  const body = { addFloatingIp: { address: ip } }
  assert.deepEqual(told(await api.ask('POST', `/servers/${bare}/action`, { body })), [
    400,
    'Instance network is not ready yet',
  ])
  assert.equal((await act({ addFloatingIp: { address: await take('other') } })).status, 404)
})
