/** Berth's own API: who may ask, faults, audits, and what is refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerId } from '../../domain/ids.ts'
import { Admin, admin } from '../../../test/support/admin-api.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }
const plugTimeout = {
  faults: [{ on: 'finish_migration', host: 'host2', raise: 'VirtualInterfaceCreateException' }],
}

test('a fault plan is put in force, counts what it strikes, and is taken away again', async (t) => {
  const api = await admin(t)
  const put = await api.ask('PUT', '/faults', { body: plugTimeout })
  assert.equal(put.status, 200)
  assert.deepEqual(put.body.faults, [{ ...plugTimeout.faults[0], matched: 0, struck: 0 }])

  const server = await api.cloud.boot(small, 'host1')
  await api.cloud.resize(server, large)
  const { body } = await api.ask('GET', '/faults')
  assert.deepEqual(body.faults, [{ ...plugTimeout.faults[0], matched: 1, struck: 1 }])

  assert.deepEqual((await api.ask('PUT', '/faults', { body: { faults: [] } })).body, { faults: [] })
})

const badPlans: readonly (readonly [why: string, plan: unknown, message: RegExp])[] = [
  ['no JSON', '{"faults": [', /not valid JSON/],
  ['a list', [], /must be a JSON object/],
  ['no list of faults', {}, /faults must be a list/],
  ['another key', { faults: [], fault: 1 }, /the plan has the unknown key "fault"/],
  ['an unknown verb', { faults: [{ on: 'finish', raise: 'A' }] }, /faults\[0\]\.on must be one of/],
  ['no blow', { faults: [{ on: 'spawn' }] }, /faults\[0\] must have exactly one of raise, hang/],
  ['a wrong number', { faults: [{ on: 'spawn', raise: 'A', times: 0 }] }, /faults\[0\]\.times/],
]
for (const [why, plan, message] of badPlans) {
  test(`a fault plan with ${why} is refused, and the old one stays in force`, async (t) => {
    const api = await admin(t)
    await api.ask('PUT', '/faults', { body: plugTimeout })
    const { status, body } = await api.ask('PUT', '/faults', { body: plan })
    assert.equal(status, 400)
    assert.deepEqual(
      { ...body.error, message: '' },
      { code: 400, kind: 'invalid', title: 'Bad Request', message: '' },
    )
    assert.match(body.error.message, message)
    assert.equal((await api.ask('GET', '/faults')).body.faults.length, 1)
  })
}

const doors = [
  ['GET', '/faults'],
  ['PUT', '/faults'],
  ['GET', '/hosts'],
  ['GET', '/hosts/host1/guests'],
  ['GET', '/operations'],
  ['GET', '/explain?vcpus=1&host=host1'],
  ['GET', '/audit'],
  ['GET', '/audit/heals'],
  ['POST', '/audit/heals'],
  ['POST', '/audit/heals/x/undo'],
] as const
for (const [method, target] of doors) {
  test(`${method} ${target} is for admins only`, async (t) => {
    const api = await admin(t)
    assert.equal((await api.ask(method, target, { token: null })).status, 401)
    const { status, body } = await api.ask(method, target, { token: 'ann', body: 'no JSON' })
    assert.equal(status, 403)
    assert.equal(body.error.kind, 'forbidden')
  })
}

test('what is not there is told from what is asked for in a wrong way', async (t) => {
  const api = await admin(t)
  assert.equal((await api.ask('GET', '/nothing')).status, 404)
  assert.equal((await api.ask('GET', '/hosts/host9/guests')).status, 404)
  const wrong = await api.ask('DELETE', '/faults')
  assert.equal(wrong.status, 405)
  assert.equal(wrong.headers?.['Allow'], 'GET, PUT')
  assert.equal((await api.ask('GET', '/operations?sever=1')).status, 400)
})

test('an audit hands on what was found, with what the invariant says', async (t) => {
  const found = {
    invariant: 'A2' as const,
    subject: 's1',
    says: 'holds 1 VCPU on host1',
    facts: { host: 'host1' },
    remedy: { kind: 'hold-what-is-due' as const, server: 's1' as ServerId },
    advice: null,
    firstSeenAt: 1000,
    notBefore: 500,
    lastOperation: { id: 'o1', name: 'server.build', state: 'failed' as const },
  }
  const api = await admin(t, {}, { audit: async () => [found] })
  const { violations } = (await api.ask('GET', '/audit')).body
  assert.deepEqual(violations, [
    {
      invariant: 'A2',
      meaning: 'A server without a host holds nothing',
      subject: 's1',
      message: 'holds 1 VCPU on host1',
      facts: { host: 'host1' },
      first_seen_at: '1970-01-01T00:00:01.000Z',
      not_before: '1970-01-01T00:00:00.500Z',
      last_operation: { id: 'o1', name: 'server.build', state: 'failed' },
      remedy: {
        kind: 'hold-what-is-due',
        text: 'make server s1 hold exactly what it needs where it is',
        final_because: null,
      },
      advice: null,
    },
  ])
})

test('only a cloud that can be reset is', async (t) => {
  const profiles: (string | null)[] = []
  const reset = async (profile: string | null): Promise<void> => void profiles.push(profile)
  const api = await admin(t, {}, { reset })
  assert.equal((await api.ask('POST', '/reset', { token: null })).status, 204)
  assert.equal((await api.ask('POST', '/reset?profile=bare')).status, 204)
  assert.deepEqual(profiles, [null, 'bare'])
  assert.equal((await new Admin(api.cloud).ask('POST', '/reset')).status, 403)
})
