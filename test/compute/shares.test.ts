import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, Caller, ComputeApi } from '../support/compute-api.ts'
import { messageOf, nobody } from '../support/compute-surroundings.ts'

const shareId = '22222222-2222-4222-8222-222222222222'
const other = '33333333-3333-4333-8333-333333333333'
const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

async function act(api: ComputeApi, id: string, body: object): Promise<void> {
  await api.now('POST', `/servers/${id}/action`, { body })
  await api.cloud.settled()
}

async function stopped(api: ComputeApi): Promise<string> {
  const id = await api.cloud.boot({})
  await act(api, id, { 'os-stop': null })
  return id
}

const attach = async (api: ComputeApi, id: string, share: object, as: Caller = 'member') =>
  await api.now('POST', `/servers/${id}/shares`, { as, body: { share } })

test('a share is attached to a server that is stopped, seen, and taken away', async (t) => {
  const api = await computeApi(t)
  const id = await stopped(api)
  const path = `/servers/${id}/shares`
  const made = await attach(api, id, { share_id: shareId })
  assert.equal(made.status, 201)
  assert.deepEqual(made.body, { share: { share_id: shareId, status: 'attaching', tag: shareId } })
  const plain = { share_id: shareId, status: 'inactive', tag: shareId }
  assert.deepEqual((await api.now('GET', path, { as: 'reader' })).body, { shares: [plain] })
  const { share } = (await api.now('GET', `${path}/${shareId}`, { as: 'admin' })).body
  assert.equal(share.export_location, `simulated:/shares/${shareId}`)
  await act(api, id, { 'os-start': null })
  assert.equal((await api.now('GET', `${path}/${shareId}`)).body.share.status, 'active')
  const running = `Cannot 'delete share' instance ${id} while it is in vm_state active`
  assert.deepEqual(told(await api.now('DELETE', `${path}/${shareId}`)), [409, running])
  await act(api, id, { 'os-stop': null })
  const gone = await api.now('DELETE', `${path}/${shareId}`)
  assert.deepEqual([gone.status, gone.body], [200, undefined])
  assert.deepEqual((await api.now('GET', path)).body, { shares: [] })
  const { instanceActions } = (await api.now('GET', `/servers/${id}/os-instance-actions`)).body
  const names = instanceActions.map(({ action }: { action: string }) => action)
  assert(names.includes('attach_share') && names.includes('detach_share'))
})

test('a share is attached once, under a tag of its own', async (t) => {
  const api = await computeApi(t)
  const id = await stopped(api)
  assert.equal((await attach(api, id, { share_id: shareId, tag: 'data' })).status, 201)
  const again = `Share '${shareId}' already associated to this server.`
  assert.deepEqual(told(await attach(api, id, { share_id: shareId })), [409, again])
  assert.equal((await attach(api, id, { share_id: other, tag: 'data' })).status, 409)
  assert.equal((await attach(api, id, { share_id: other, tag: 'more' })).status, 201)
  for (const wrong of [{}, { share_id: 'what' }, { share_id: shareId, tag: 'a_b' }]) {
    assert.equal((await attach(api, id, wrong)).status, 400)
  }
  const missing = await api.now('GET', `/servers/${id}/shares/${nobody}`)
  assert.deepEqual(told(missing), [404, `Share ${nobody} could not be found.`])
})

test('a server that runs takes no share, and strangers are refused', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  const running = `Cannot 'create share' instance ${id} while it is in vm_state active`
  assert.deepEqual(told(await attach(api, id, { share_id: shareId })), [409, running])
  assert.equal((await attach(api, id, { share_id: shareId }, 'reader')).status, 403)
  assert.equal((await attach(api, id, { share_id: shareId }, 'other')).status, 403)
  assert.equal((await api.now('GET', `/servers/${id}/shares`, { as: 'other' })).status, 403)
  assert.equal((await api.now('GET', `/servers/${nobody}/shares`)).status, 404)
  const path = `/servers/${id}/shares`
  assert.equal((await api.ask('GET', path, { at: 96 })).status, 404)
  assert.equal((await api.ask('GET', path, { at: 97 })).status, 200)
})

test('tags are not hidden from strangers but forbidden, as the server is found before it is known whose it is', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  for (const [method, path, body] of [
    ['GET', '/tags', undefined],
    ['PUT', '/tags', { tags: ['a'] }],
    ['DELETE', '/tags/a', undefined],
  ] as const) {
    const asked = { as: 'other', ...(body === undefined ? {} : { body }) } as const
    assert.equal((await api.now(method, `/servers/${id}${path}`, asked)).status, 403)
  }
})
