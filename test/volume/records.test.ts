/** What owners and operators say of volumes besides: whose they become, what is promised of them, who may write. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../support/stores.ts'
import { volumeCloud } from '../support/volume-cloud.ts'

for (const { name, open } of testDatabases()) {
  test(`a volume goes to whoever has the key, with its snapshots and what they are charged (${name})`, async (t) => {
    const { services, at } = await volumeCloud(t, open)
    const eve = await services.addMember('eve')
    const demo = at(55, await services.as('demo'))
    const taker = at(55, await services.as('eve'))
    const volume: string = (await demo('POST', '/volumes', { body: { volume: { size: 3 } } })).body
      .volume.id
    const snapshot = { snapshot: { volume_id: volume } }
    assert.equal((await demo('POST', '/snapshots', { body: snapshot })).status, 202)
    const offered = await demo('POST', '/volume-transfers', {
      body: { transfer: { volume_id: volume, name: 'gift' } },
    })
    assert.equal(offered.status, 202)
    const { id, auth_key } = offered.body.transfer
    const show = async (who: typeof demo) => await who('GET', `/volumes/${volume}`)
    assert.equal((await show(demo)).body.volume.status, 'awaiting-transfer')
    assert.equal((await demo('DELETE', `/volumes/${volume}`)).status, 400)
    const shown = (await demo('GET', `/volume-transfers/${id}`)).body.transfer
    assert.equal(shown.auth_key, undefined)
    // Whoever it is not offered by does not see it, and takes it all the same.
    assert.equal((await taker('GET', `/volume-transfers/${id}`)).status, 404)
    const accept = async (key: string) =>
      await taker('POST', `/volume-transfers/${id}/accept`, { body: { accept: { auth_key: key } } })
    assert.equal((await accept('wrong')).status, 400)
    assert.equal((await accept(auth_key)).status, 202)
    assert.equal((await accept(auth_key)).status, 404)

    assert.equal((await show(demo)).status, 404)
    const taken = (await show(taker)).body.volume
    assert.equal(taken['os-vol-tenant-attr:tenant_id'], eve.projectId)
    assert.equal(taken.user_id, eve.userId)
    assert.equal(taken.status, 'available')
    const use = async (who: typeof demo) => (await who('GET', '/limits')).body.limits.absolute
    const mine = await use(taker)
    assert.deepEqual(
      [mine.totalVolumesUsed, mine.totalSnapshotsUsed, mine.totalGigabytesUsed],
      [1, 1, 6],
    )
    assert.equal((await use(demo)).totalGigabytesUsed, 0)
  })

  test(`whoever has no room for a volume does not get it, and it waits (${name})`, async (t) => {
    const { services, at } = await volumeCloud(t, open)
    const eve = await services.addMember('eve')
    const admin = at(0, await services.as('admin'))
    const demo = at(0, await services.as('demo'))
    const taker = at(0, await services.as('eve'))
    const quota = { body: { quota_set: { volumes: 0 } } }
    assert.equal((await admin('PUT', `/os-quota-sets/${eve.projectId}`, quota)).status, 200)
    const volume: string = (await demo('POST', '/volumes', { body: { volume: { size: 1 } } })).body
      .volume.id
    const body = { transfer: { volume_id: volume } }
    const { id, auth_key } = (await demo('POST', '/os-volume-transfer', { body })).body.transfer
    const path = `/os-volume-transfer/${id}`
    const accept = { body: { accept: { auth_key } } }
    assert.equal((await taker('POST', `${path}/accept`, accept)).status, 413)
    const status = async () => (await demo('GET', `/volumes/${volume}`)).body.volume.status
    assert.equal(await status(), 'awaiting-transfer')
    assert.equal((await demo('DELETE', path)).status, 202)
    assert.equal(await status(), 'available')
  })
}

test('qualities of service stay as long as a type has them, unless somebody insists', async (t) => {
  const { services, at } = await volumeCloud(t)
  const admin = at(0, await services.as('admin'))
  const demo = at(0, await services.as('demo'))
  const wish = { qos_specs: { name: 'fast', consumer: 'front-end', read_iops_sec: '5000' } }
  assert.equal((await demo('POST', '/qos-specs', { body: wish })).status, 403)
  const made = (await admin('POST', '/qos-specs', { body: wish })).body.qos_specs
  assert.deepEqual(made.specs, { read_iops_sec: '5000' })
  assert.equal((await admin('POST', '/qos-specs', { body: wish })).status, 409)
  const wrong = { qos_specs: { name: 'other', consumer: 'nobody' } }
  assert.equal((await admin('POST', '/qos-specs', { body: wrong })).status, 400)
  const type: string = (await admin('POST', '/types', { body: { volume_type: { name: 'quick' } } }))
    .body.volume_type.id
  const path = `/qos-specs/${made.id}`
  assert.equal((await admin('GET', `${path}/associate?vol_type_id=${type}`)).status, 202)
  assert.equal((await admin('GET', `/types/${type}`)).body.volume_type.qos_specs_id, made.id)
  assert.equal((await admin('DELETE', path)).status, 400)
  const dropped = await admin('PUT', `${path}/delete_keys`, { body: { keys: ['unknown'] } })
  assert.equal(dropped.status, 400)
  assert.equal((await admin('DELETE', `${path}?force=True`)).status, 202)
  assert.equal((await admin('GET', path)).status, 404)
  assert.equal((await admin('GET', `/types/${type}`)).body.volume_type.qos_specs_id, null)
})

test('how volumes of a type are encrypted is settled before there are any', async (t) => {
  const { services, at } = await volumeCloud(t)
  const admin = at(0, await services.as('admin'))
  const type: string = (await admin('POST', '/types', { body: { volume_type: { name: 'luks' } } }))
    .body.volume_type.id
  const path = `/types/${type}/encryption`
  assert.deepEqual((await admin('GET', path)).body, {})
  const wish = { provider: 'luks', cipher: 'aes-xts-plain64', key_size: 256 }
  const made = await admin('POST', path, { body: { encryption: wish } })
  assert.equal(made.body.encryption.control_location, 'front-end')
  assert.equal((await admin('POST', path, { body: { encryption: wish } })).status, 400)
  // What a client has nothing to say of, it may send as nothing.
  const sparse = { provider: '', key_size: 0, control_location: 'back-end' }
  const changed = await admin('PUT', `${path}/any`, { body: { encryption: sparse } })
  assert.deepEqual([changed.status, changed.body], [200, { encryption: sparse }])
  const kept = (await admin('GET', path)).body
  assert.deepEqual([kept.provider, kept.key_size, kept.cipher], ['', 0, 'aes-xts-plain64'])
  const nowhere = { encryption: { control_location: 'elsewhere' } }
  assert.equal((await admin('PUT', `${path}/any`, { body: nowhere })).status, 400)
  const volume = { volume: { size: 1, volume_type: 'luks' } }
  assert.equal((await admin('POST', '/volumes', { body: volume })).body.volume.encrypted, true)
  assert.equal((await admin('DELETE', `${path}/any`)).status, 400)
})

test('who may write is shown once somebody has said so, and what is reserved is being attached', async (t) => {
  const { services, at } = await volumeCloud(t)
  const admin = at(0, await services.as('admin'))
  const demo = at(0, await services.as('demo'))
  const made = (await demo('POST', '/volumes', { body: { volume: { size: 1 } } })).body.volume
  const act = async (who: typeof demo, body: object) =>
    (await who('POST', `/volumes/${made.id}/action`, { body })).status
  const shown = async () => (await demo('GET', `/volumes/${made.id}`)).body.volume
  assert.deepEqual((await shown()).metadata, {})
  for (const readonly of [true, false]) {
    assert.equal(await act(demo, { 'os-update_readonly_flag': { readonly } }), 202)
    assert.equal((await shown()).metadata.readonly, readonly ? 'True' : 'False')
  }
  assert.equal(await act(demo, { 'os-reserve': {} }), 202)
  assert.equal((await shown()).status, 'attaching')
  assert.equal(
    await act(demo, { 'os-attach': { instance_uuid: 'x', mountpoint: '/dev/vdb' } }),
    202,
  )
  assert.equal((await shown()).status, 'in-use')
  assert.equal(await act(admin, { 'os-reset_status': { status: 'error' } }), 202)
  assert.equal(await act(demo, { 'os-force_detach': {} }), 403)
  assert.equal(await act(admin, { 'os-force_detach': { attachment_id: 'none' } }), 404)
  assert.equal(await act(admin, { 'os-force_detach': {} }), 202)
  assert.equal((await shown()).status, 'available')
  assert.deepEqual((await shown()).attachments, [])
})

test('whoever takes a snapshot elsewhere says how far it has come', async (t) => {
  const { services, at } = await volumeCloud(t)
  const admin = at(0, await services.as('admin'))
  const demo = at(0, await services.as('demo'))
  const { id } = (await demo('POST', '/volumes', { body: { volume: { size: 1 } } })).body.volume
  const nothing = await demo('POST', '/snapshots', { body: { snapshot: { volume_id: null } } })
  assert.equal(nothing.status, 404)
  const body = { snapshot: { volume_id: id } }
  const path = `/snapshots/${(await demo('POST', '/snapshots', { body })).body.snapshot.id}`
  const report = async (status: string, progress: string) =>
    (
      await demo('POST', `${path}/action`, {
        body: { 'os-update_snapshot_status': { status, progress } },
      })
    ).status
  assert.equal(await report('error', '80%'), 400)
  const creating = { body: { 'os-reset_status': { status: 'creating' } } }
  assert.equal((await admin('POST', `${path}/action`, creating)).status, 202)
  assert.equal(await report('deleting', '80%'), 400)
  assert.equal(await report('error', 'most'), 400)
  assert.equal(await report('error', '80%'), 202)
  const { snapshot } = (await demo('GET', path)).body
  assert.equal(snapshot.status, 'error')
  assert.equal(snapshot['os-extended-snapshot-attributes:progress'], '80%')
})
