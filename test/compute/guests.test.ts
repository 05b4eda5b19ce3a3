import assert from 'node:assert/strict'
import { test } from 'node:test'
import { computeApi } from '../support/compute-api.ts'
import type { ComputeApi } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'

async function stopped(api: ComputeApi): Promise<string> {
  const id = await api.cloud.boot({})
  await api.now('POST', `/servers/${id}/action`, { body: { 'os-stop': null } })
  await api.cloud.settled()
  return id
}

const actionsOf = async (api: ComputeApi, id: string) =>
  (await api.now('GET', `/servers/${id}/os-instance-actions`)).body.instanceActions

test('diagnostics have the form of the driver until 2.47, and one form after it', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({ memoryMb: 512, vcpus: 2 })
  const path = `/servers/${id}/diagnostics`
  const old = await api.ask('GET', path, { at: 47, as: 'admin' })
  assert.equal(old.body.memory, 512 * 1024)
  assert.equal(typeof old.body.cpu1_time, 'number')
  assert.equal(typeof old.body.vda_read, 'number')
  const { body } = await api.ask('GET', path, { at: 48, as: 'admin' })
  const { state, num_cpus: cpus, num_disks: disks, num_nics: nics } = body
  assert.deepEqual([state, cpus, disks, nics], ['running', 2, 1, 0])
  assert.deepEqual(Object.keys(body.memory_details), ['maximum', 'used'])
  assert.equal((await api.ask('GET', `${path}?a=b`, { at: 101, as: 'admin' })).status, 200)
  assert.equal((await api.ask('GET', `${path}?a=b`, { at: 102, as: 'admin' })).status, 400)
})

test('a guest that does not run has no diagnostics', async (t) => {
  const api = await computeApi(t)
  const id = await stopped(api)
  for (const [at, word] of [
    [47, 'get_diagnostics'],
    [48, 'get_instance_diagnostics'],
  ] as const) {
    const refused = await api.ask('GET', `/servers/${id}/diagnostics`, { at, as: 'admin' })
    const message = `Cannot '${word}' instance ${id} while it is in power_state shutdown`
    assert.deepEqual([refused.status, messageOf(refused)], [409, message])
  }
})

test('a crash dump is written where the guest runs, and is among its actions', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  const act = async (at: number | 'latest', body: object = { trigger_crash_dump: null }) =>
    await api.ask('POST', `/servers/${id}/action`, { at, body })
  assert.equal((await act(16)).status, 404)
  assert.equal((await act(17, { trigger_crash_dump: {} })).status, 400)
  assert.equal((await act(17)).status, 202)
  await api.cloud.settled()
  const { body } = await act('latest', { 'os-getConsoleOutput': {} })
  assert.match(body.output, /NMI received/)
  assert.equal(await api.cloud.status(id), 'ACTIVE')
  assert.equal((await actionsOf(api, id))[0].action, 'trigger_crash_dump')
  await api.now('POST', `/servers/${id}/action`, { as: 'admin', body: { lock: null } })
  const locked = await act('latest')
  assert.deepEqual([locked.status, messageOf(locked)], [409, `Instance ${id} is locked`])
})

test('a server that is stopped writes no crash dump', async (t) => {
  const api = await computeApi(t)
  const id = await stopped(api)
  const body = { trigger_crash_dump: null }
  const refused = await api.now('POST', `/servers/${id}/action`, { body })
  const message = `Cannot 'trigger_crash_dump' instance ${id} while it is in vm_state stopped`
  assert.deepEqual([refused.status, messageOf(refused)], [409, message])
})

test('a crash dump that fails leaves the server running, and its action says so', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  api.cloud.faults.replace({ faults: [{ on: 'trigger_crash_dump', raise: 'NotImplementedError' }] })
  await api.now('POST', `/servers/${id}/action`, { body: { trigger_crash_dump: null } })
  await api.cloud.settled()
  assert.equal(await api.cloud.status(id), 'ACTIVE')
  assert.equal((await actionsOf(api, id))[0].message, 'Error')
})

test('an operator has the network of a guest put in order; it is no action of its owner', async (t) => {
  const api = await computeApi(t)
  const id = await api.cloud.boot({})
  const body = { injectNetworkInfo: null }
  const path = `/servers/${id}/action`
  assert.equal((await api.now('POST', path, { body })).status, 403)
  assert.equal((await api.now('POST', path, { as: 'admin', body })).status, 202)
  await api.cloud.settled()
  const names = (await actionsOf(api, id)).map(({ action }: { action: string }) => action)
  assert.equal(names.includes('injectNetworkInfo'), false)
})
