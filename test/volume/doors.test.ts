/** Volumes as Compute shows and takes them: the old doors, and what the volume service asks of hypervisors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getSnapshot } from '../../src/app/volume/snapshots.ts'
import { tenant } from '../support/cloud-deeds.ts'
import { computeApi } from '../support/compute-api.ts'
import { attach, snapshot, volume } from '../support/volumes.ts'

const nobody = '11111111-2222-4333-8444-555555555555'

test('the old door makes, shows and deletes volumes, as long as it was open', async (t) => {
  const { ask } = await computeApi(t)
  const wish = { volume: { size: 2, display_name: 'old', metadata: { a: 'b' } } }
  const made = await ask('POST', '/os-volumes', { as: 'member', at: 35, body: wish })
  assert.equal(made.status, 200)
  const { id, displayName, attachments, volumeType, size } = made.body.volume
  assert.deepEqual(
    { displayName, attachments, volumeType, size },
    { displayName: 'old', attachments: [{}], volumeType: '__DEFAULT__', size: 2 },
  )
  const path = `/os-volumes/${id}`
  assert.equal((await ask('GET', path, { as: 'reader', at: 35 })).body.volume.status, 'available')
  assert.equal((await ask('GET', path, { as: 'other', at: 35 })).status, 404)
  assert.equal((await ask('GET', path, { as: 'member', at: 36 })).status, 404)
  assert.equal((await ask('DELETE', path, { as: 'member', at: 35 })).status, 202)
  assert.deepEqual((await ask('GET', '/os-volumes', { as: 'member', at: 35 })).body, {
    volumes: [],
  })
})

test('a snapshot that a hypervisor would have to help with ends as one that it could not', async (t) => {
  const { cloud, ask } = await computeApi(t)
  const id = await volume(cloud)
  const snapshotId = await snapshot(cloud, id)
  const path = '/os-assisted-volume-snapshots'
  const create_info = { snapshot_id: snapshotId, type: 'qcow2', new_file: 'file' }
  const body = { snapshot: { volume_id: id, create_info } }
  assert.equal((await ask('POST', path, { as: 'service', at: 1, body })).status, 400)
  const server = await cloud.boot()
  await attach(cloud, server, id)
  await cloud.settled(server)
  assert.equal((await ask('POST', path, { as: 'member', at: 1, body })).status, 403)
  const taken = await ask('POST', path, { as: 'service', at: 1, body })
  assert.deepEqual(taken.body, { snapshot: { id: null, volumeId: id } })
  assert.equal((await getSnapshot(cloud.cloud.ctx, tenant, snapshotId)).status, 'error')
  const gone = async (volumeId: string): Promise<number> => {
    const info = encodeURIComponent(JSON.stringify({ volume_id: volumeId }))
    const one = `${path}/${snapshotId}?delete_info=${info}`
    return (await ask('DELETE', one, { as: 'service', at: 1 })).status
  }
  assert.equal(await gone(nobody), 404)
  assert.equal(await gone(id), 204)
  assert.equal((await ask('DELETE', `${path}/x`, { as: 'service', at: 1 })).status, 400)
})
