/** Limits on what a project has of one type of volumes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabases } from '../support/stores.ts'
import { volumeCloud } from '../support/volume-cloud.ts'

for (const { name, open } of testDatabases()) {
  test(`a project has of a type what it may, and of others what it likes (${name})`, async (t) => {
    const { services, at } = await volumeCloud(t, open)
    const admin = at(60, await services.as('admin'))
    const demo = at(60, await services.as('demo'))
    const { demo: project } = services.seeded.projects
    const type = async (word: string): Promise<string> =>
      (await admin('POST', '/types', { body: { volume_type: { name: word } } })).body.volume_type.id
    const fast = await type('fast')
    await type('slow')
    const limits = { volumes_fast: 3, snapshots_fast: '1', gigabytes_fast: 10, volumes_none: 1 }
    const body = { quota_set: { ...limits, volumes: 100 } }
    const set = (await admin('PUT', `/os-quota-sets/${project}`, { body })).body.quota_set
    assert.deepEqual(
      [set.volumes, set.volumes_fast, set.snapshots_fast, set.gigabytes_fast, set.volumes_slow],
      [100, 3, 1, 10, -1],
    )
    // There is no such type.
    assert.equal(set.volumes_none, undefined)
    const wrong = { body: { quota_set: { volumes_fast: 'many' } } }
    assert.equal((await admin('PUT', `/os-quota-sets/${project}`, wrong)).status, 400)

    const make = async (volume_type: string, size: number) =>
      await demo('POST', '/volumes', { body: { volume: { size, volume_type } } })
    const first = (await make('fast', 2)).body.volume.id
    const over = await make('fast', 9)
    assert.equal(over.status, 413)
    assert.match(over.text, /exceeds allowed gigabytes_fast quota/)
    const slow = (await make('slow', 50)).body.volume.id
    const act = async (id: string, action: object) =>
      (await demo('POST', `/volumes/${id}/action`, { body: action })).status
    const retype = { 'os-retype': { new_type: 'fast', migration_policy: 'never' } }
    assert.equal(await act(slow, retype), 413)
    assert.equal(await act(first, { 'os-extend': { new_size: 4 } }), 202)
    assert.equal(await act(first, { 'os-extend': { new_size: 11 } }), 413)
    const snapshot = async () =>
      (await demo('POST', '/snapshots', { body: { snapshot: { volume_id: first } } })).status
    assert.equal(await snapshot(), 202)
    assert.equal(await snapshot(), 413)
    // Four of the volume, four of its snapshot: two are left, for one volume of the two that ask at once.
    const both = await Promise.all([make('fast', 2), make('fast', 2)])
    assert.deepEqual(
      both.map(({ status }) => status).toSorted((a, b) => a - b),
      [202, 413],
    )
    const uses = (await admin('GET', `/os-quota-sets/${project}?usage=true`)).body.quota_set
    assert.deepEqual(uses.gigabytes_fast, { limit: 10, in_use: 10, reserved: 0 })
    assert.deepEqual([uses.volumes_fast.in_use, uses.snapshots_fast.in_use], [2, 1])
    assert.deepEqual([uses.volumes_slow.in_use, uses.gigabytes_slow.in_use], [1, 50])

    // Limits go on when a type is renamed, and defaults are for who has none of their own.
    const renamed = { volume_type: { name: 'faster' } }
    assert.equal((await admin('PUT', `/types/${fast}`, { body: renamed })).status, 200)
    const usual = { body: { quota_class_set: { volumes_faster: 7, volumes_slow: 8 } } }
    const classes = await admin('PUT', '/os-quota-class-sets/default', usual)
    assert.equal(classes.body.quota_class_set.volumes_faster, 7)
    const own = (await admin('GET', `/os-quota-sets/${project}`)).body.quota_set
    assert.deepEqual([own.volumes_faster, own.volumes_slow, own.volumes_fast], [3, 8, undefined])
    assert.equal((await admin('DELETE', `/os-quota-sets/${project}`)).status, 200)
    const cleared = (await admin('GET', `/os-quota-sets/${project}`)).body.quota_set
    assert.deepEqual([cleared.volumes_faster, cleared.gigabytes_faster], [7, -1])
  })
}
