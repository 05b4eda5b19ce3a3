/**
 * Every move, to every sort of host that will not do: it is refused, or it ends with the reason of every host, and the server is
 * what its operation promises.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { listOperations } from '../../src/app/operation-list.ts'
import type { HostName, ServerId } from '../../src/domain/ids.ts'
import { admin } from '../support/cloud-deeds.ts'
import { computeApi } from '../support/compute-api.ts'
import type { Answered, ComputeApi } from '../support/compute-api.ts'

const destination = 'host2' as HostName // a host of every cloud here

/** What is the matter with the only host that there is to go to, and how that is told. */
type Unfit = 'disabled' | 'forced down' | 'full' | 'silent'
const reasons: Readonly<Record<Unfit, RegExp>> = {
  disabled: /^host2: its compute service is disabled$/,
  'forced down': /^host2: its compute service is down$/,
  full: /^host2: it has \d+ MEMORY_MB (free|in all), \d+ are needed$/,
  silent: /^host2: its compute service is down$/,
}
const unfit = Object.keys(reasons) as Unfit[] // of a total record

type Move = {
  readonly ask: (host: string | null, flavor: string) => object
  readonly status: number
  /** Where the server is before: on host1, on host1 which is lost, or on the shelf. */
  readonly from: 'lost' | 'running' | 'shelf'
  /** How it rests when nothing would take it. */
  readonly rests: string
  /** What a host that does not exist is answered with; null where none can be named. */
  readonly unknown: number | null
}

const moves: Readonly<Record<string, Move>> = {
  resize: {
    ask: (_, flavorRef) => ({ resize: { flavorRef } }),
    status: 202,
    from: 'running',
    rests: 'ACTIVE',
    unknown: null,
  },
  migrate: {
    ask: (host) => ({ migrate: host === null ? null : { host } }),
    status: 202,
    from: 'running',
    rests: 'ACTIVE',
    unknown: 400,
  },
  'live-migrate': {
    ask: (host) => ({ 'os-migrateLive': { host, block_migration: 'auto' } }),
    status: 202,
    from: 'running',
    rests: 'ACTIVE',
    unknown: 400,
  },
  evacuate: {
    ask: (host) => ({ evacuate: host === null ? {} : { host } }),
    status: 200,
    from: 'lost',
    rests: 'ERROR',
    unknown: 404,
  },
  unshelve: {
    ask: (host) => ({ unshelve: host === null ? null : { host } }),
    status: 202,
    from: 'shelf',
    rests: 'SHELVED_OFFLOADED',
    unknown: 400,
  },
}

type Stage = {
  readonly api: ComputeApi
  readonly server: ServerId
  readonly ask: (move: Move, host: string | null) => Promise<Answered>
}

async function stage(t: TestContext, move: Move): Promise<Stage> {
  const hosts = ['host1', { name: destination, memoryMb: 4_096 }]
  const api = await computeApi(t, { hosts, audited: move.from !== 'lost' })
  const { cloud } = api
  const server = await cloud.boot({ memoryMb: 1_024 }, 'host1')
  const flavor = await cloud.flavor({ vcpus: 2, memoryMb: 2_048 })
  const ask = async (wanted: Move, host: string | null): Promise<Answered> =>
    await act(api, server, wanted.ask(host, flavor))
  if (move.from === 'shelf') {
    await act(api, server, { shelve: null })
    await cloud.settled()
  }
  if (move.from !== 'running') await spoil(api, 'silent', 'host1')
  return { api, server, ask }
}

async function act(api: ComputeApi, server: ServerId, body: object): Promise<Answered> {
  return await api.now('POST', `/servers/${server}/action`, { as: 'admin', body })
}

/** Makes a host one that nothing can be moved to. */
async function spoil(api: ComputeApi, how: Unfit, name: string): Promise<void> {
  const { cloud } = api
  if (how === 'silent') return cloud.hosts.setReachable(name as HostName, false) // a host of this cloud
  if (how === 'full') {
    await cloud.boot({ memoryMb: 3_500 }, name)
    return
  }
  const { services } = (await api.now('GET', `/os-services?host=${name}`, { as: 'admin' })).body
  const body = how === 'disabled' ? { status: 'disabled' } : { forced_down: true }
  const { status } = await api.now('PUT', `/os-services/${services[0].id}`, { as: 'admin', body })
  assert.equal(status, 200)
}

/** What the move's operation says of the hosts. */
async function toldOf({ api, server }: Stage): Promise<readonly string[]> {
  const [last] = await listOperations(api.ctx, admin, { server })
  assert.equal(last?.problem?.kind, 'no-capacity')
  return last.problem.details['rejected'] as string[] // a list of sentences, written by the placing
}

for (const [name, move] of Object.entries(moves)) {
  for (const how of unfit) {
    for (const named of move.unknown === null ? [false] : [false, true]) {
      test(`${name} ${named ? 'to a named host' : 'anywhere'} that is ${how} ends with the reason, and nothing is moved`, async (t) => {
        const on = await stage(t, move)
        const { api, server } = on
        const before = await api.cloud.server(server)
        await spoil(api, how, destination)
        const used = await api.cloud.used(destination)
        assert.equal((await on.ask(move, named ? destination : null)).status, move.status)
        await api.cloud.settled(server)
        assert.ok((await toldOf(on)).some((said) => reasons[how].test(said)))
        const after = await api.cloud.server(server)
        assert.equal(await api.cloud.status(server), move.rests)
        assert.deepEqual(
          [after.host, after.taskState, after.flavor],
          [before.host, null, before.flavor],
        )
        assert.deepEqual(await api.cloud.used(destination), used)
        const path = `/servers/${server}/os-instance-actions`
        const { instanceActions } = (await api.now('GET', path, { as: 'admin' })).body
        assert.equal(instanceActions[0].message, 'Error')
        const one = (
          await api.now('GET', `${path}/${instanceActions[0].request_id}`, { as: 'admin' })
        ).body.instanceAction
        assert.ok(
          one.events.some(({ details }: { readonly details: string }) =>
            details.startsWith('No valid host was found'),
          ),
        )
      })
    }
  }
  if (move.unknown !== null) {
    test(`${name} to a host that is gone, or is its own, is refused at once`, async (t) => {
      const on = await stage(t, move)
      const { api, server } = on
      const before = await api.cloud.server(server)
      assert.equal((await on.ask(move, 'host9')).status, move.unknown)
      if (move.from !== 'shelf') assert.equal((await on.ask(move, 'host1')).status, 400)
      assert.deepEqual(await api.cloud.server(server), before)
      assert.deepEqual(await api.cloud.migrations(server), [])
    })
  }
}

/** The host that the server is on, and what each move answers while it is like that. */
for (const [how, answers] of [
  ['disabled', { resize: 202, migrate: 202, 'live-migrate': 202, evacuate: 400 }],
  ['forced down', { resize: 409, migrate: 409, 'live-migrate': 202, evacuate: 200 }],
  ['silent', { resize: 409, migrate: 409, 'live-migrate': 202, evacuate: 200 }],
] as const) {
  test(`moves of a server whose host is ${how} are answered as the field does`, async (t) => {
    for (const [name, status] of Object.entries(answers)) {
      const move = moves[name]
      assert.ok(move)
      const on = await stage(t, { ...move, from: 'running' })
      await spoil(on.api, how, 'host1')
      assert.equal((await on.ask(move, null)).status, status, name)
      await on.api.cloud.settled()
      if (name !== 'live-migrate' || how === 'disabled') continue
      // It has no check of its own in the request: the move finds out, and leaves the server as it is.
      assert.equal(await on.api.cloud.status(on.server), 'ACTIVE')
      assert.equal((await on.api.cloud.server(on.server)).host, 'host1')
      assert.equal((await on.api.cloud.migrations(on.server))[0]?.status, 'error')
    }
  })
}
