/** What microversions change in what is done, as opposed to what is shown. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changes } from '../../src/api/compute/changes.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'
import { sourcesIn } from '../support/sources.ts'

const told = (answer: Answered): readonly [number, string] => [answer.status, messageOf(answer)]

/** What nobody asks about, and why. */
const unasked: Readonly<Record<string, string>> = {
  liveMigrationIsCheckedLater: 'a live migration is accepted and then checked at every version',
}

test('what a change adopts is asked about somewhere', () => {
  const text = sourcesIn(['src/api/compute'])
    .map(({ code }) => code)
    .join('\n')
  const adopted = changes.flatMap(({ adopts = [] }) => adopts)
  const silent = adopted.filter((name) => !text.includes(`has('${name}')`))
  assert.deepEqual(silent, Object.keys(unasked))
})

test('extra specs that mean something are judged from 2.86 on', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.flavor({})
  const path = `/flavors/${id}/os-extra_specs`
  const wrong = { 'hw:cpu_policy': 'mine' }
  const as = 'admin'
  const create = async (at: number) =>
    await api.ask('POST', path, { at, as, body: { extra_specs: wrong } })
  const update = async (at: number) =>
    await api.ask('PUT', `${path}/hw:cpu_policy`, { at, as, body: wrong })
  assert.equal((await create(85)).status, 200)
  assert.equal((await update(85)).status, 200)
  const why = "Validation failed; 'mine' is not one of: dedicated, shared, mixed."
  assert.deepEqual(told(await create(86)), [400, why])
  assert.deepEqual(told(await update(86)), [400, why])
  const own = { extra_specs: { ssd: 'yes', 'acme:colour': 'blue' } }
  assert.equal((await api.ask('POST', path, { at: 86, as, body: own })).status, 200)
})

test('what a snapshot is told is counted by Compute until 2.38', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  const metadata = Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`k${n}`, 'v']))
  const act = async (at: number, body: object) =>
    await api.ask('POST', `/servers/${id}/action`, { at, body })
  const image = { createImage: { name: 'image', metadata } }
  const backup = { createBackup: { name: 'b', backup_type: 'daily', rotation: 1, metadata } }
  for (const body of [image, backup]) {
    assert.deepEqual(told(await act(38, body)), [403, 'Image metadata limit exceeded'])
    assert.equal((await act(39, body)).status, 202)
    await api.cloud.settled()
  }
})
