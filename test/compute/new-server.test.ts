/** What a server may be made with, and by whom: the checks that come before anything is written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Asked, ComputeApi } from '../support/compute-api.ts'
import { addImage, addNetwork, messageOf, nobody } from '../support/compute-surroundings.ts'

type Told = readonly [status: number, message: string]

async function openStand(t: Parameters<typeof computeApi>[0]) {
  const api = await computeApi(t)
  const flavorRef = await api.cloud.flavor({})
  const imageRef = await addImage(api, { visibility: 'public' }, 'admin')
  const wish = { name: 'one', flavorRef, imageRef, networks: 'none' }
  const asking = async (more: object, asked: Asked = {}): Promise<Told> => {
    const answer = await api.ask('POST', '/servers', {
      at: 'latest',
      body: { server: { ...wish, ...more } },
      ...asked,
    })
    return [answer.status, answer.status < 300 ? '' : messageOf(answer)]
  }
  return { api, wish, asking }
}

test('a server is made from an image or from block devices, and not from nothing', async (t) => {
  const { asking } = await openStand(t)
  const missing: Told = [400, 'Missing imageRef attribute']
  assert.deepEqual(await asking({ imageRef: '' }), missing)
  assert.deepEqual(await asking({ imageRef: undefined }), missing)
  assert.deepEqual(await asking({ imageRef: '', block_device_mapping_v2: [] }), missing)
  assert.deepEqual(await asking({ imageRef: nobody }), [400, 'Can not find requested image'])
  assert.equal((await asking({ imageRef: 'tiny' }))[0], 400)
  assert.deepEqual(await asking({}), [202, ''])
})

test('a flavor can be named by its address', async (t) => {
  const { wish, asking } = await openStand(t)
  const href = `http://cloud/compute/v2.1/flavors/${wish.flavorRef}`
  assert.deepEqual(await asking({ flavorRef: href }), [202, ''])
  const unknown: Told = [400, 'Flavor nothing could not be found.']
  assert.deepEqual(await asking({ flavorRef: 'http://cloud/flavors/nothing?a=b' }), unknown)
})

test('a disk of no size is for operators, and for servers that boot from a volume', async (t) => {
  const { api, asking } = await openStand(t)
  const flavorRef = await api.cloud.flavor({ diskGb: 0 })
  const refused: Told = [403, 'Only volume-backed servers are allowed for flavors with zero disk.']
  assert.deepEqual(await asking({ flavorRef }), refused)
  assert.deepEqual(await asking({ flavorRef }, { as: 'manager' }), refused)
  assert.deepEqual(await asking({ flavorRef }, { as: 'admin' }), [202, ''])
})

test('a network that leads out is for operators, unless everybody shares it', async (t) => {
  const { api, asking } = await openStand(t)
  await addNetwork(api)
  const { networks } = (await api.ask('GET', '/os-networks', { as: 'admin' })).body
  const ids = await externalOf(api)
  assert.equal(ids.length, 1, JSON.stringify(networks))
  const [uuid = ''] = ids
  const message = `It is not allowed to create an interface on external network ${uuid}`
  assert.deepEqual(await asking({ networks: [{ uuid }] }), [403, message])
  assert.deepEqual(await asking({ networks: [{ uuid }] }, { as: 'other' }), [403, message])
  assert.deepEqual(await asking({ networks: [{ uuid }] }, { as: 'admin' }), [202, ''])
  await api.cloud.settled()
  const { servers } = (await api.now('GET', '/servers', { as: 'admin' })).body
  const attached = await api.now('POST', `/servers/${servers[0].id}/os-interface`, {
    body: { interfaceAttachment: { net_id: uuid } },
  })
  assert.deepEqual([attached.status, messageOf(attached)], [403, message])
})

test('whoever may only read makes no server, whatever it is made with', async (t) => {
  const { asking } = await openStand(t)
  const message = "Policy doesn't allow os_compute_api:servers:create to be performed."
  assert.deepEqual(await asking({}, { as: 'reader' }), [403, message])
})

async function externalOf(api: ComputeApi): Promise<readonly string[]> {
  return await api.cloud.store.read(async (reader) => {
    const rows = await reader
      .selectFrom('networks')
      .select('id')
      .where('external', '=', 1)
      .where('shared', '=', 0)
      .execute()
    return rows.map(({ id }) => id)
  })
}
