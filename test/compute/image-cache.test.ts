import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostName } from '../../src/domain/ids.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, ComputeApi } from '../support/compute-api.ts'
import { addImage, messageOf, nobody } from '../support/compute-surroundings.ts'

const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

async function aggregateOf(api: ComputeApi, ...hosts: readonly string[]): Promise<number> {
  const body = { aggregate: { name: 'near' } }
  const { id } = (await api.now('POST', '/os-aggregates', { as: 'admin', body })).body.aggregate
  for (const host of hosts) {
    await api.now('POST', `/os-aggregates/${id}/action`, {
      as: 'admin',
      body: { add_host: { host } },
    })
  }
  return id
}

const cache = async (api: ComputeApi, id: number | string, images: readonly string[], at = 104) =>
  await api.ask('POST', `/os-aggregates/${id}/images`, {
    at,
    as: 'admin',
    body: { cache: images.map((image) => ({ id: image })) },
  })

function cachedOn(api: ComputeApi, host: string): readonly string[] {
  return api.cloud.world.look((held) => held.cached(host as HostName)) // a host of this cloud
}

test('the hosts of an aggregate fetch images before anybody needs them, from 2.81 on', async (t) => {
  const api = await computeApi(t, { hosts: ['host1', 'host2', 'host3'] })
  const id = await aggregateOf(api, 'host1', 'host2')
  const image = await addImage(api, {}, 'admin')
  assert.equal((await cache(api, id, [image], 80)).status, 404)
  assert.equal((await cache(api, id, [image], 81)).status, 202)
  assert.equal((await cache(api, id, [image])).status, 202)
  await api.cloud.settled()
  assert.deepEqual(
    ['host1', 'host2', 'host3'].map((host) => cachedOn(api, host)),
    [[image], [image], []],
  )
})

test('images that there are not, or twice, and aggregates that there are not, are refused', async (t) => {
  const api = await computeApi(t)
  const id = await aggregateOf(api, 'host1')
  const image = await addImage(api, {}, 'admin')
  assert.deepEqual(told(await cache(api, id, [nobody])), [400, `Image ${nobody} is not found.`])
  const twice = `Duplicate images in request: ${image}`
  assert.deepEqual(told(await cache(api, id, [image, image])), [400, twice])
  assert.equal((await cache(api, id, [])).status, 400)
  assert.equal((await cache(api, 'what', [image])).status, 400)
  assert.equal((await cache(api, 4711, [image])).status, 404)
})
