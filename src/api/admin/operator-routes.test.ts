/** What operators see of hosts, operations and placements. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostName } from '../../domain/ids.ts'
import { admin } from '../../../test/support/admin-api.ts'
import type { Admin, Answer } from '../../../test/support/admin-api.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }
const large = { vcpus: 2, memoryMb: 2048, diskGb: 20 }
const plugTimeout = {
  faults: [{ on: 'finish_migration', host: 'host2', raise: 'VirtualInterfaceCreateException' }],
}

test('hosts show what is believed of them beside what is really there', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  const { body } = await api.ask('GET', '/hosts')
  const [host1, host2] = body.hosts
  assert.equal(host1.name, 'host1')
  assert.equal(host1.up, true)
  assert.equal(host1.resources.MEMORY_MB.used, 512)
  assert.equal(host1.guests, 1)
  assert.equal(host2.resources.MEMORY_MB.used, 0)
  assert.equal(host2.guests, 0)

  const { guests } = (await api.ask('GET', '/hosts/host1/guests')).body
  assert.deepEqual(
    guests.map(({ server: id, role, power, memory_mb }: Record<string, unknown>) => [
      id,
      role,
      power,
      memory_mb,
    ]),
    [[server, 'guest', 'running', 512]],
  )
})

test('a failed resize can be read step by step, with what was done about it', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  await api.ask('PUT', '/faults', { body: plugTimeout })
  await api.cloud.resize(server, large)
  const { operations } = (await api.ask('GET', `/operations?server=${server}`)).body
  assert.deepEqual(
    operations.map(({ name, state }: Record<string, unknown>) => [name, state]),
    [
      ['server.resize', 'failed'],
      ['server.build', 'succeeded'],
    ],
  )
  const [resize] = operations
  assert.match(resize.problem.message, /Virtual Interface/)
  assert.equal(resize.step, null)
  for (const step of resize.steps) {
    assert.ok(Date.parse(step.finished_at) >= Date.parse(step.started_at), step.name)
  }
  const [failed, settled] = resize.steps.slice(-2)
  assert.deepEqual(
    [failed.name, failed.act, failed.outcome, failed.host],
    ['guestFinished', 'do', 'failed', 'host2'],
  )
  assert.deepEqual([settled.name, settled.act, settled.outcome], ['left', 'settle', 'done'])
})

test('an operation that cannot go on says at which step, since when and why', async (t) => {
  const api = await admin(t)
  const server = await api.cloud.boot(small, 'host1')
  await api.ask('PUT', '/faults', { body: { faults: [{ on: 'power_off', hang: true }] } })
  const began = Date.now()
  const stopping = api.cloud.stop(server)
  const [operation] = await underWay(
    api,
    (operations) => operations[0]?.step?.name === 'poweredOff',
  )
  assert.equal(operation.name, 'server.stop')
  assert.equal(operation.server, server)
  assert.equal(operation.backwards, false)
  assert.ok(Date.parse(operation.since) >= began)
  assert.equal(operation.ended_at, null)
  await api.ask('PUT', '/faults', { body: { faults: [] } })
  await stopping
  assert.deepEqual((await api.ask('GET', '/operations')).body, { operations: [] })
})

/** Asks for the operations under way until they are as they should be. */
async function underWay(
  api: Admin,
  asWanted: (operations: Answer['body']) => boolean,
): Promise<Answer['body']> {
  for (;;) {
    const { operations } = (await api.ask('GET', '/operations')).body
    if (asWanted(operations)) return operations
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a request that fits nowhere is explained by host, counted, and with what would help', async (t) => {
  const tiny = { vcpus: 4, memoryMb: 4096, diskGb: 100 }
  const api = await admin(t, {
    hosts: [
      { name: 'host1', ...tiny },
      { name: 'host2', ...tiny },
    ],
  })
  const { status, body } = await api.ask('GET', '/explain?vcpus=2&memory_mb=6144&disk_gb=1')
  assert.equal(status, 200)
  assert.deepEqual(body.fits, [])
  assert.equal(body.outcome, 'It fits on none of 2 hosts.')
  assert.deepEqual(body.reasons, [
    { kind: 'resources', text: 'too small for 6 144 MB of memory', hosts: 2 },
  ])
  assert.deepEqual(body.near_misses, [
    {
      hosts: ['host1', 'host2'],
      lacks: { MEMORY_MB: 2048 },
      text: '2 hosts lack 2 048 MB of memory',
    },
  ])
  assert.equal(
    body.smallest_change.request.text,
    'With at most 4 096 MB of memory it would fit on host1.',
  )
  assert.equal(body.smallest_change.hosts, null)
  assert.deepEqual(body.rejected[0], {
    host: 'host1',
    reasons: [
      {
        kind: 'resources',
        resource_class: 'MEMORY_MB',
        needed: 6144,
        free: 4096,
        total: 4096,
        text: 'it has 4096 MEMORY_MB in all, 6144 are needed',
      },
    ],
  })
})

test('a request that fits is told where it would go, and nothing is claimed', async (t) => {
  const api = await admin(t)
  const flavor = await api.cloud.flavor(small)
  const { body } = await api.ask('GET', `/explain?flavor=${flavor}&host=host2`)
  assert.deepEqual(body.fits, ['host2'])
  assert.deepEqual(body.request.resources, { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 })
  assert.deepEqual(body.reasons, [
    { kind: 'not-named', text: 'not host2, the only one asked for', hosts: 1 },
  ])
  assert.deepEqual(await api.cloud.used('host2'), {})
})

test('a tenant is told what of the request is in the way, and nothing about hosts', async (t) => {
  const tiny = { vcpus: 4, memoryMb: 4096, diskGb: 100 }
  const hosts = [
    { name: 'host1', ...tiny },
    { name: 'host2', ...tiny },
  ]
  const api = await admin(t, { hosts })
  const ann = { token: 'ann:project-1' }
  const { status, body } = await api.ask('GET', '/explain?vcpus=2&memory_mb=6144', ann)
  assert.equal(status, 200)
  assert.deepEqual(body, {
    outcome: 'It fits nowhere.',
    request: {
      resources: { VCPU: 2, MEMORY_MB: 6144 },
      required_traits: [],
      forbidden_traits: [],
      zone: null,
    },
    fits: false,
    reasons: [{ text: 'without 6 144 MB of memory free' }],
    smallest_change: {
      request: {
        at_most: { MEMORY_MB: 4096 },
        text: 'With at most 4 096 MB of memory it would fit.',
      },
    },
  })
  const fitting = await api.ask('GET', '/explain?vcpus=2&memory_mb=4096', ann)
  assert.deepEqual([fitting.body.fits, fitting.body.reasons], [true, []])
  for (const host of ['host1', 'host2']) api.cloud.hosts.crash(host as HostName)
  const down = await api.ask('GET', '/explain?vcpus=1', ann)
  assert.deepEqual(down.body.reasons, [{ text: 'not available' }])
  assert.doesNotMatch(JSON.stringify([body, fitting.body, down.body]), /host\d|hosts/)
})

test('what the explanation would change makes the next server fit', async (t) => {
  const hosts = [{ name: 'host1', vcpus: 4, memoryMb: 4096, diskGb: 100 }]
  const api = await admin(t, { hosts })
  await api.cloud.boot({ vcpus: 1, memoryMb: 1024, diskGb: 10 })
  const failed = await api.cloud.create({ vcpus: 1, memoryMb: 3584, diskGb: 95 })
  await api.cloud.settled()
  assert.equal(await api.cloud.status(failed), 'ERROR')
  const details = (await api.cloud.fault(failed))?.details ?? ''
  assert.match(details, /^outcome: It fits on none of 1 host\.$/m)
  assert.match(details, /^- 1 without 3 584 MB of memory free$/m)
  assert.match(details, /^- host1 lacks 512 MB of memory and 5 GB of disk$/m)
  assert.match(
    details,
    /^- With at most 3 072 MB of memory and 90 GB of disk it would fit on host1\.$/m,
  )
  const asked = await api.ask('GET', '/explain?vcpus=1&memory_mb=3584&disk_gb=95')
  const { MEMORY_MB, DISK_GB } = asked.body.smallest_change.request.at_most
  const second = await api.cloud.boot({ vcpus: 1, memoryMb: MEMORY_MB, diskGb: DISK_GB })
  assert.equal(await api.cloud.status(second), 'ACTIVE')
})

const badQuestions = [
  ['', /Say what is needed/],
  ['vcpus=many', /vcpus takes a whole number, not "many"/],
  ['vcpus=1&vcpus=2', /vcpus may be given once/],
  ['ram=1', /Unknown query parameter "ram"/],
  ['resource=gold', /CLASS:AMOUNT/],
  ['resource=CUSTOM_GOLD:-1', /whole number/],
  ['flavor=none', /no flavor none/],
] as const
for (const [query, message] of badQuestions) {
  test(`explain refuses "${query}" with a reason`, async (t) => {
    const api = await admin(t)
    const { status, body } = await api.ask('GET', `/explain?${query}`)
    assert.equal(status, 400)
    assert.match(body.error.message, message)
  })
}
