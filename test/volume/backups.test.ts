/** Backups: records of what was on volumes, that outlive them and are put onto others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../support/stores.ts'
import type { Ask } from '../support/services.ts'
import { volumeCloud } from '../support/volume-cloud.ts'

async function made(ask: Ask, volume: object): Promise<string> {
  return (await ask('POST', '/volumes', { body: { volume } })).body.volume.id
}

for (const { name, open } of testDatabases()) {
  test(`a backup outlives its volume and is put onto new and old ones (${name})`, async (t) => {
    const { services, at, image } = await volumeCloud(t, open)
    const demo = at(60, await services.as('demo'))
    const volume = await made(demo, { size: 2, imageRef: image })
    const backup = { volume_id: volume, name: 'b', description: 'd', metadata: { k: 'v' } }
    const asked = await demo('POST', '/backups', { body: { backup } })
    assert.equal(asked.status, 202)
    const { id } = asked.body.backup
    assert.equal((await demo('DELETE', `/volumes/${volume}`)).status, 202)
    const shown = (await demo('GET', `/backups/${id}`)).body.backup
    assert.deepEqual(
      [shown.status, shown.name, shown.size, shown.volume_id, shown.is_incremental, shown.metadata],
      ['available', 'b', 2, volume, false, { k: 'v' }],
    )
    const list = async (query: string) => (await demo('GET', `/backups${query}`)).body.backups
    assert.deepEqual(await list(`?volume_id=${volume}`), [asked.body.backup])
    assert.deepEqual(await list('/detail?name=b'), [shown])
    assert.deepEqual(await list('?status=error'), [])

    const restore = async (to: object) =>
      await demo('POST', `/backups/${id}/restore`, { body: { restore: to } })
    const fresh = (await restore({})).body.restore
    assert.deepEqual([fresh.backup_id, fresh.volume_name], [id, `restore_backup_${id}`])
    const volumeOf = async (of: string) => (await demo('GET', `/volumes/${of}`)).body.volume
    const restored = await volumeOf(fresh.volume_id)
    assert.deepEqual([restored.size, restored.bootable], [2, 'true'])
    assert.equal(restored.volume_image_metadata.image_id, image)
    const blank = await made(demo, { size: 3, name: 'old' })
    assert.equal((await restore({ volume_id: blank })).body.restore.volume_name, 'old')
    assert.equal((await volumeOf(blank)).bootable, 'true')
    const small = await made(demo, { size: 1 })
    assert.equal((await restore({ volume_id: small })).status, 400)
    assert.equal((await volumeOf(await made(demo, { backup_id: id }))).bootable, 'true')
    assert.equal(
      (
        await demo('POST', '/volumes', {
          body: { volume: { backup_id: id, size: 1 } },
        })
      ).status,
      400,
    )

    const renamed = { body: { backup: { name: 'c', metadata: {} } } }
    assert.equal((await demo('PUT', `/backups/${id}`, renamed)).body.backup.name, 'c')
    assert.equal((await demo('DELETE', `/backups/${id}`)).status, 202)
    assert.equal((await demo('GET', `/backups/${id}`)).status, 404)
  })

  test(`of many backups at once as many are made as there is room for (${name})`, async (t) => {
    const { services, at } = await volumeCloud(t, open)
    const [admin, demo] = [at(0, await services.as('admin')), at(0, await services.as('demo'))]
    const { demo: project } = services.seeded.projects
    const volume = await made(demo, { size: 2 })
    const body = { quota_set: { backups: 2, backup_gigabytes: 100 } }
    await admin('PUT', `/os-quota-sets/${project}`, { body })
    const backup = async () =>
      (await demo('POST', '/backups', { body: { backup: { volume_id: volume } } })).status
    const answers = await Promise.all([backup(), backup(), backup(), backup()])
    assert.deepEqual(
      answers.toSorted((a, b) => a - b),
      [202, 202, 413, 413],
    )
    const { absolute } = (await demo('GET', '/limits')).body.limits
    assert.deepEqual([absolute.totalBackupsUsed, absolute.totalBackupGigabytesUsed], [2, 4])
    const narrow = { body: { quota_set: { backups: -1, backup_gigabytes: 5 } } }
    await admin('PUT', `/os-quota-sets/${project}`, narrow)
    assert.equal(await backup(), 413)
    const uses = (await admin('GET', `/os-quota-sets/${project}?usage=1`)).body.quota_set
    assert.deepEqual(uses.backup_gigabytes, { limit: 5, in_use: 4, reserved: 0 })
  })
}

test('a backup that others add to stays, and what is busy is not backed up', async (t) => {
  const { services, at } = await volumeCloud(t)
  const [admin, demo] = [at(0, await services.as('admin')), at(0, await services.as('demo'))]
  const volume = await made(demo, { size: 1 })
  const backup = async (fields: object) =>
    await demo('POST', '/backups', { body: { backup: { volume_id: volume, ...fields } } })
  assert.equal((await backup({ incremental: true })).status, 400)
  const whole = (await backup({})).body.backup.id
  const more = (await backup({ incremental: true })).body.backup.id
  const shown = async (id: string) => (await demo('GET', `/backups/${id}`)).body.backup
  assert.deepEqual(
    [(await shown(whole)).has_dependent_backups, (await shown(more)).is_incremental],
    [true, true],
  )
  assert.equal((await demo('DELETE', `/backups/${whole}`)).status, 400)

  const act = async (who: Ask, id: string, body: object) =>
    (await who('POST', `/backups/${id}/action`, { body })).status
  assert.equal(await act(demo, more, { 'os-reset_status': { status: 'creating' } }), 403)
  assert.equal(await act(admin, more, { 'os-reset_status': { status: 'lost' } }), 400)
  assert.equal(await act(admin, more, { 'os-reset_status': { status: 'creating' } }), 202)
  assert.equal((await shown(more)).status, 'creating')
  assert.equal((await demo('DELETE', `/backups/${more}`)).status, 400)
  assert.equal(
    (await demo('POST', `/backups/${more}/restore`, { body: { restore: {} } })).status,
    400,
  )
  assert.equal(await act(demo, more, { 'os-force_delete': {} }), 403)
  assert.equal(await act(admin, more, { 'os-force_delete': {} }), 202)
  assert.equal((await demo('DELETE', `/backups/${whole}`)).status, 202)

  const snapshot = { snapshot: { volume_id: volume } }
  const { id } = (await demo('POST', '/snapshots', { body: snapshot })).body.snapshot
  assert.equal((await shown((await backup({ snapshot_id: id })).body.backup.id)).snapshot_id, id)
  const other = await made(demo, { size: 1 })
  assert.equal((await backup({ snapshot_id: id, volume_id: other })).status, 400)
  const attached = { 'os-attach': { instance_uuid: 'x', mountpoint: '/dev/vdb' } }
  await demo('POST', `/volumes/${other}/action`, { body: attached })
  assert.equal((await backup({ volume_id: other })).status, 400)
  assert.equal((await backup({ volume_id: other, force: true })).status, 202)
})

test('backups are seen by their project only, and changed by its members', async (t) => {
  const { services, at } = await volumeCloud(t)
  await services.addMember('eve')
  const [admin, demo] = [at(56, await services.as('admin')), at(0, await services.as('demo'))]
  const eve = at(0, await services.as('eve'))
  const backup = { volume_id: await made(demo, { size: 1 }) }
  const { id } = (await demo('POST', '/backups', { body: { backup } })).body.backup
  assert.equal((await eve('GET', `/backups/${id}`)).status, 404)
  assert.equal((await eve('DELETE', `/backups/${id}`)).status, 404)
  assert.equal((await eve('POST', '/backups', { body: { backup } })).status, 404)
  assert.deepEqual((await eve('GET', '/backups')).body.backups, [])
  assert.equal((await admin('GET', '/backups?all_tenants=1')).body.backups.length, 1)
  const shown = (await admin('GET', `/backups/${id}`)).body.backup
  assert.equal(shown['os-backup-project-attr:project_id'], services.seeded.projects.demo)
  // Changing what is said of a backup came later than backups.
  assert.equal((await demo('PUT', `/backups/${id}`, { body: { backup: {} } })).status, 404)
})
