import assert from 'node:assert/strict'
import { test } from 'node:test'
import { change, having, steps, without } from './change.ts'
import { changes } from './changes.ts'
import { openHistory } from './history.ts'
import { both, demanding, lacking, taking } from './schemas/json-schema.ts'
import type { JsonSchema } from './schemas/json-schema.ts'

const made = (): ReturnType<typeof openHistory> =>
  openHistory([
    change('2.1', 'It began'),
    change('2.2', 'Servers got a name', {
      responses: { serverBrief: without('name') },
      requests: { 'servers.create': lacking('server.name') },
      statuses: { 'servers.create': 200 },
      adds: ['servers.update'],
    }),
    change('2.3', 'Names became whole', {
      responses: { serverBrief: having((_full, { name }) => ({ name: `${String(name)} of 2.2` })) },
      requests: { 'servers.create': both(taking('server.old', {}), demanding('server.old')) },
      lifts: {
        'servers.create': (body) => ({ ...body, lifted: [...((body['lifted'] as []) ?? []), 3] }),
      },
      removes: ['servers.delete'],
      adopts: ['evacuateLeavesStopped'],
    }),
    change('2.4', 'Nothing that concerns servers', {
      responses: { flavor: steps(without('a'), without('b')) },
      lifts: {
        'servers.create': (body) => ({ ...body, lifted: [...((body['lifted'] as []) ?? []), 4] }),
      },
    }),
  ])

const schema: JsonSchema = {
  type: 'object',
  properties: {
    server: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  },
}

test('a document is walked back through every newer change, newest first', () => {
  const history = made()
  const at = (minor: number) =>
    JSON.stringify(history.walk('serverBrief', minor)({ id: 1, name: 'n' }, null))
  assert.equal(at(4), '{"id":1,"name":"n"}')
  assert.equal(at(3), '{"id":1,"name":"n"}')
  assert.equal(at(2), '{"id":1,"name":"n of 2.2"}')
  assert.equal(at(1), '{"id":1}')
})

test('a way is composed once for all versions between two changes', () => {
  const history = made()
  assert.equal(history.walk('flavor', 3), history.walk('flavor', 1))
  assert.equal(history.request('servers.create', schema, 4), schema)
  assert.equal(
    history.request('servers.create', schema, 1),
    history.request('servers.create', schema, 0),
  )
})

test('a schema is walked back without touching the newest', () => {
  const history = made()
  const before = structuredClone(schema)
  assert.deepEqual(history.request('servers.create', schema, 2).properties?.['server'], {
    type: 'object',
    properties: { name: { type: 'string' }, old: {} },
    required: ['name', 'old'],
  })
  assert.deepEqual(history.request('servers.create', schema, 1).properties?.['server'], {
    type: 'object',
    properties: { old: {} },
    required: ['old'],
  })
  assert.deepEqual(schema, before)
})

test('a body is lifted through every newer change, oldest first', () => {
  const history = made()
  assert.deepEqual(history.lift('servers.create', 1)({}), { lifted: [3, 4] })
  assert.deepEqual(history.lift('servers.create', 3)({}), { lifted: [4] })
  assert.deepEqual(history.lift('servers.create', 4)({}), {})
})

test('routes, statuses and behaviours begin and end where a change says so', () => {
  const history = made()
  assert.deepEqual(
    [1, 2].map((at) => history.exists('servers.update', at)),
    [false, true],
  )
  assert.deepEqual(
    [2, 3].map((at) => history.exists('servers.delete', at)),
    [true, false],
  )
  assert.deepEqual(history.lifeOf('servers.delete'), { from: null, until: 2 })
  assert.deepEqual(
    [1, 2].map((at) => history.statusOf('servers.create', 202, at)),
    [200, 202],
  )
  assert.deepEqual(
    [2, 3].map((at) => history.has('evacuateLeavesStopped', at)),
    [false, true],
  )
})

test('a version without a change, and two changes that say the same, are mistakes', () => {
  assert.throws(() => openHistory([change('2.1', 'one'), change('2.3', 'three')]), { kind: 'bug' })
  const twice = [
    change('2.1', 'one', { adopts: ['extraSpecsAreJudged'] }),
    change('2.2', 'two', { adopts: ['extraSpecsAreJudged'] }),
  ]
  assert.throws(() => openHistory(twice), { kind: 'bug' })
})

test('the changes reach from the oldest version to the newest', () => {
  assert.equal(openHistory(changes).newest, changes.length)
})
