/** Attachments, types and what else there is beside volumes, through the API. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ask } from '../support/services.ts'
import { volumeCloud } from '../support/volume-cloud.ts'

const server = '11111111-2222-4333-8444-555555555555'
const connector = { host: 'host9', initiator: 'iqn', mountpoint: '/dev/vdc' }

async function statusOf(ask: Ask, id: string): Promise<string> {
  return (await ask('GET', `/volumes/${id}`)).body.volume.status
}

async function made(ask: Ask, volume: object = {}): Promise<string> {
  return (await ask('POST', '/volumes', { body: { volume: { size: 1, ...volume } } })).body.volume
    .id
}

test('a volume is reserved, connected, attached and set free by its attachment', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(60, await cloud.services.as('demo'))
  const id = await made(demo)
  const wish = { attachment: { volume_uuid: id, instance_uuid: server, mode: 'ro' } }
  const { attachment } = (await demo('POST', '/attachments', { body: wish })).body
  assert.deepEqual([attachment.status, attachment.attach_mode], ['reserved', 'ro'])
  assert.equal(await statusOf(demo, id), 'reserved')
  assert.equal((await demo('DELETE', `/volumes/${id}`)).status, 400)

  const at = `/attachments/${attachment.id}`
  const complete = { body: { 'os-complete': {} } }
  const body = { attachment: { connector } }
  const connected = (await demo('PUT', at, { body })).body.attachment
  assert.equal(connected.connection_info.volume_id, id)
  assert.equal(await statusOf(demo, id), 'attaching')
  assert.equal((await demo('POST', `${at}/action`, complete)).status, 204)
  assert.equal(await statusOf(demo, id), 'in-use')
  const [shown] = (await demo('GET', `/volumes/${id}`)).body.volume.attachments
  assert.deepEqual([shown.server_id, shown.device], [server, '/dev/vdc'])

  assert.equal((await demo('DELETE', at)).status, 200)
  assert.equal(await statusOf(demo, id), 'available')
})

test('whoever attaches may say that it is done without saying where', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(60, await cloud.services.as('demo'))
  const id = await made(demo)
  const wish = { attachment: { volume_uuid: id, instance_uuid: server } }
  const at = `/attachments/${(await demo('POST', '/attachments', { body: wish })).body.attachment.id}`
  assert.equal((await demo('POST', `${at}/action`, { body: { 'os-complete': {} } })).status, 204)
  const { attachment } = (await demo('GET', at)).body
  assert.equal(attachment.status, 'attached')
  assert.notEqual(attachment.attached_at, '')
  assert.equal(await statusOf(demo, id), 'in-use')
  assert.equal((await demo('DELETE', at)).status, 200)
  assert.equal(await statusOf(demo, id), 'available')
})

test('the older actions come to the same', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(0, await cloud.services.as('demo'))
  const id = await made(demo)
  const act = async (body: object): Promise<number> =>
    (await demo('POST', `/volumes/${id}/action`, { body })).status
  assert.equal(await act({ 'os-reserve': null }), 202)
  assert.equal(await act({ 'os-reserve': null }), 400)
  assert.equal(await act({ 'os-unreserve': null }), 202)
  assert.equal(await statusOf(demo, id), 'available')
  assert.equal(await act({ 'os-initialize_connection': { connector } }), 200)
  const wish = { instance_uuid: server, mountpoint: '/dev/vdb', mode: 'rw' }
  assert.equal(await act({ 'os-attach': wish }), 202)
  assert.equal(await statusOf(demo, id), 'in-use')
  assert.equal(await act({ 'os-begin_detaching': null }), 202)
  assert.equal(await statusOf(demo, id), 'detaching')
  assert.equal(await act({ 'os-roll_detaching': null }), 202)
  assert.equal(await act({ 'os-detach': {} }), 202)
  assert.equal(await statusOf(demo, id), 'available')
  assert.equal(await act({ 'os-begin_detaching': null }), 400)
})

test('a volume of a type that says so is shared', async (t) => {
  const cloud = await volumeCloud(t)
  const admin = cloud.at(60, await cloud.services.as('admin'))
  const demo = cloud.at(60, await cloud.services.as('demo'))
  const body = { volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } } }
  assert.equal((await admin('POST', '/types', { body })).status, 200)
  const id = await made(demo, { volume_type: 'shared' })
  const attach = async (): Promise<string> => {
    const attachment = { volume_uuid: id, instance_uuid: server, connector }
    const answer = await demo('POST', '/attachments', { body: { attachment } })
    assert.equal(answer.status, 200, answer.text)
    const at = `/attachments/${answer.body.attachment.id}`
    await demo('POST', `${at}/action`, { body: { 'os-complete': {} } })
    return at
  }
  const [one, two] = [await attach(), await attach()]
  const left = (await demo('DELETE', one)).body.attachments
  assert.equal(left.length, 1)
  assert.equal(await statusOf(demo, id), 'in-use')
  await demo('DELETE', two)
  assert.equal(await statusOf(demo, id), 'available')
})

test('types are for everybody or for some; one that is used stays', async (t) => {
  const cloud = await volumeCloud(t)
  const admin = cloud.at(62, await cloud.services.as('admin'))
  const demo = cloud.at(62, await cloud.services.as('demo'))
  const { demo: project } = cloud.services.seeded.projects
  const wish = { name: 'hidden', 'os-volume-type-access:is_public': false }
  const { volume_type: type } = (await admin('POST', '/types', { body: { volume_type: wish } }))
    .body
  assert.equal((await admin('POST', '/types', { body: { volume_type: wish } })).status, 409)
  assert.equal((await demo('GET', `/types/${type.id}`)).status, 404)
  const use = async (): Promise<number> =>
    (await demo('POST', '/volumes', { body: { volume: { size: 1, volume_type: 'hidden' } } }))
      .status
  assert.equal(await use(), 404)
  const access = { body: { addProjectAccess: { project } } }
  assert.equal((await admin('POST', `/types/${type.id}/action`, access)).status, 202)
  assert.equal(await use(), 202)
  assert.equal((await admin('DELETE', `/types/${type.id}`)).status, 400)
  const specs = { body: { extra_specs: { volume_backend_name: 'x', multiattach: '<is> False' } } }
  assert.equal((await admin('POST', `/types/${type.id}/extra_specs`, specs)).status, 200)
  const seen = (await demo('GET', `/types/${type.id}/extra_specs`)).body.extra_specs
  assert.deepEqual(seen, { multiattach: '<is> False' })
  const chosen = (await demo('GET', '/types/default')).body.volume_type
  assert.equal(chosen.name, '__DEFAULT__')
  assert.equal((await admin('DELETE', `/types/${chosen.id}`)).status, 400)
})

test('what clients look for before they begin has an answer', async (t) => {
  const cloud = await volumeCloud(t)
  const demo = cloud.at(70, await cloud.services.as('demo'))
  for (const path of ['/os-availability-zone', '/extensions', '/backups/detail', '/types']) {
    assert.equal((await demo('GET', path)).status, 200, path)
  }
  assert.equal((await demo('GET', '/no-such')).status, 404)
  assert.equal((await demo('PATCH', '/volumes')).status, 405)
})
