/** What is judged wrong in what a cloud says, and above all what is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, lasting } from './judgement.ts'
import type { Observation, SeenMove, SeenServer } from './observation.ts'

const need = { VCPU: 1, MEMORY_MB: 512 }
const server: SeenServer = {
  id: 's1',
  status: 'ACTIVE',
  task: null,
  host: 'h1',
  node: 'n1',
  projectId: 'p',
  userId: 'u',
  need,
}
const move: SeenMove = {
  id: 'm1',
  server: 's1',
  kind: 'resize',
  status: 'finished',
  sourceNode: 'n2',
}

type Holder = readonly [consumer: string, ...providers: readonly string[]]

function cloud(
  servers: readonly SeenServer[],
  holders: readonly Holder[],
  moves: readonly SeenMove[] = [],
): Observation {
  return {
    servers: new Map(servers.map((each) => [each.id, each])),
    moves: new Map(moves.map((each) => [each.id, each])),
    nodes: new Map([
      ['r1', 'n1'],
      ['r2', 'n2'],
    ]),
    roots: new Map([
      ['r1', 'r1'],
      ['r1-numa0', 'r1'],
      ['r2', 'r2'],
    ]),
    consumers: new Map(
      holders.map(([id, ...providers]) => [
        id,
        { id, generation: 1, held: new Map(providers.map((provider) => [provider, need])) },
      ]),
    ),
  }
}

const right: readonly (readonly [what: string, seen: Observation])[] = [
  ['a server that holds what it needs', cloud([server], [['s1', 'r1']])],
  ['a server that holds it on a child of its host', cloud([server], [['s1', 'r1-numa0']])],
  ['a server that is busy', cloud([{ ...server, task: 'rebuilding' }], [['s1', 'r1', 'r2']])],
  [
    'a move that is open, and its server',
    cloud(
      [server],
      [
        ['s1', 'r1'],
        ['m1', 'r2'],
      ],
      [move],
    ),
  ],
  [
    'an evacuated server whose source is still charged, as in Nova',
    cloud([server], [['s1', 'r1', 'r2']], [{ ...move, kind: 'evacuation', status: 'completed' }]),
  ],
  ['a server that was offloaded', cloud([{ ...server, host: null, node: null }], [])],
  ['a server on a hypervisor that is not listed', cloud([{ ...server, node: 'n9' }], [])],
  ['a flavor whose amounts cannot be told', cloud([{ ...server, need: null }], [['s1', 'r1']])],
]
for (const [what, seen] of right) {
  test(`nothing is wrong with ${what}`, () => assert.deepEqual(judge(seen), []))
}

test('what nobody holds is an orphan, and all of it would go', () => {
  const [found] = judge(
    cloud(
      [server],
      [
        ['s1', 'r1'],
        ['gone', 'r2'],
      ],
    ),
  )
  assert.deepEqual([found?.kind, found?.consumer, found?.due], ['orphaned', 'gone', {}])
  assert.match(
    found?.says ?? '',
    /gone, which is no server and no move, holds 1 VCPU, 512 MEMORY_MB on n2/,
  )
})

test('a move that is over holds nothing any more', () => {
  const over = { ...move, status: 'error' }
  const [found] = judge(
    cloud(
      [server],
      [
        ['s1', 'r1'],
        ['m1', 'r2'],
      ],
      [over],
    ),
  )
  assert.deepEqual([found?.kind, found?.consumer], ['orphaned', 'm1'])
  assert.match(found?.says ?? '', /The resize m1 of server s1, which is error, holds/)
})

test('a server that holds something where it is not keeps what it holds where it is', () => {
  const [found] = judge(cloud([server], [['s1', 'r1', 'r2']]))
  assert.deepEqual([found?.kind, found?.due], ['duplicate', { r1: need }])
  const [homeless] = judge(cloud([{ ...server, host: null, node: null }], [['s1', 'r2']]))
  assert.deepEqual([homeless?.kind, homeless?.due], ['duplicate', {}])
})

test('a server that holds nothing where it is would hold what its flavor needs', () => {
  const [found] = judge(cloud([server], []))
  assert.deepEqual([found?.kind, found?.generation, found?.due], ['missing', null, { r1: need }])
})

test('another amount than the flavor needs is for a person', () => {
  const [found] = judge(cloud([{ ...server, need: { VCPU: 2 } }], [['s1', 'r1']]))
  assert.deepEqual([found?.kind, found?.due], ['amount', null])
})

test('only what is wrong twice and unchanged is told', () => {
  const wrong = judge(cloud([server], []))
  assert.deepEqual(lasting(wrong, wrong), wrong)
  assert.deepEqual(lasting(wrong, []), [])
  const changed = wrong.map((each) => ({ ...each, generation: 2 }))
  assert.deepEqual(lasting(wrong, changed), [])
})
