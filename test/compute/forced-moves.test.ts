import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, ComputeApi } from '../support/compute-api.ts'
import { messageOf } from '../support/compute-surroundings.ts'

const small = { memoryMb: 512 }

/** A server on host1, and a host2 that is out of service. */
async function place(
  t: TestContext,
  audited = true,
): Promise<{ readonly api: ComputeApi; readonly id: ServerId }> {
  const hosts = [
    { name: 'host1', memoryMb: 4096 },
    { name: 'host2', memoryMb: 1024 },
  ]
  const api = await computeApi(t, { hosts, audited })
  const id = await api.cloud.boot(small, 'host1')
  const { services } = (await api.now('GET', '/os-services?host=host2', { as: 'admin' })).body
  const body = { status: 'disabled' }
  await api.now('PUT', `/os-services/${services[0].id}`, { as: 'admin', body })
  return { api, id }
}

type Move = (
  api: ComputeApi,
  id: string,
  at: number,
  wish: { readonly host?: string | null; readonly force?: boolean | string },
) => Promise<Answered>

const live: Move = async (api, id, at, { host = null, ...rest }) => {
  const oldest = at < 25 ? { disk_over_commit: false } : {}
  const body = { 'os-migrateLive': { host, block_migration: false, ...oldest, ...rest } }
  const answer = await api.ask('POST', `/servers/${id}/action`, { at, as: 'admin', body })
  await api.cloud.settled()
  return answer
}

const evacuate: Move = async (api, id, at, { host, ...rest }) => {
  const oldest = at < 14 ? { onSharedStorage: false } : {}
  const body = { evacuate: { ...(typeof host === 'string' ? { host } : {}), ...oldest, ...rest } }
  const answer = await api.ask('POST', `/servers/${id}/action`, { at, as: 'admin', body })
  await api.cloud.settled()
  return answer
}

/** As Compute shows it, which is where the records say it is. */
async function hostOf(api: ComputeApi, id: string): Promise<string> {
  const { server } = (await api.now('GET', `/servers/${id}`, { as: 'admin' })).body
  return server['OS-EXT-SRV-ATTR:host']
}

/** The host is lost, and everybody knows. */
async function lose(api: ComputeApi): Promise<void> {
  const { services } = (await api.now('GET', '/os-services?host=host1', { as: 'admin' })).body
  const body = { forced_down: true }
  await api.now('PUT', `/os-services/${services[0].id}`, { as: 'admin', body })
  api.cloud.world.losePower('host1' as HostName)
  api.cloud.hosts.crash('host1' as HostName)
}

for (const [what, move, prepare, from] of [
  ['a live migration', live, async () => {}, 30],
  ['an evacuation', evacuate, lose, 29],
] as const) {
  test(`${what} to a named host is checked from 2.${from} on, unless it is forced until 2.67`, async (t) => {
    const { api, id } = await place(t)
    await prepare(api)
    const before = await hostOf(api, id)
    assert.equal((await move(api, id, from, { host: 'host2' })).status < 300, true)
    assert.equal(await hostOf(api, id), before, 'it is out of service')
    const unnamed = await move(api, id, from, { force: true })
    assert.deepEqual(
      [unnamed.status, messageOf(unnamed)],
      [400, "Can't force to a non-provided destination"],
    )
    for (const at of [from - 1, 68]) {
      const refused = await move(api, id, at, { host: 'host2', force: true })
      assert.equal(refused.status, 400, `there is no such word at 2.${at}`)
    }
    assert.equal((await move(api, id, 67, { host: 'host2', force: 'yes' })).status < 300, true)
    assert.equal(await hostOf(api, id), 'host2')
  })

  test(`${what} to a named host was not checked before 2.${from}`, async (t) => {
    const { api, id } = await place(t)
    await prepare(api)
    assert.equal((await move(api, id, from - 1, { host: 'host2' })).status < 300, true)
    assert.equal(await hostOf(api, id), 'host2')
  })

  test(`${what} that is forced goes nowhere where there is no room`, async (t) => {
    // What lies on a lost host is nothing that anybody has looked at yet.
    const { api, id } = await place(t, false)
    const full = await api.cloud.boot({ memoryMb: 2048 }, 'host1')
    await prepare(api)
    await move(api, full, 67, { host: 'host2', force: true })
    assert.equal(await hostOf(api, full), 'host1')
    assert.equal(await hostOf(api, id), 'host1')
  })
}
