/** What the commands say, and how they end: 0 all is well, 1 what was found is not, 2 it could not be done. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, operatedCloud, run, start, wholeCloud } from '../support/command-line.ts'

const small = { vcpus: 1, memoryMb: 512, diskGb: 1 }

test('help teaches, and is no error', async (t) => {
  const { code, out, notes } = await run(t, ['--help'])
  assert.deepEqual({ code, notes }, { code: 0, notes: '' })
  for (const name of [
    'demo',
    'crash-matrix',
    'audit',
    'operations',
    'watch',
    'hosts',
    'explain',
    'faults',
  ]) {
    assert.match(out, new RegExp(`^  ${name}\\b`, 'm'))
  }
  assert.match(out, /Exit codes: 0 all is well; 1 what was found is not well; 2/)
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
})

for (const args of [['audti'], ['audit', '--jsno'], ['faults', 'set'], []]) {
  test(`"berth ${args.join(' ')}" is a mistake that is explained`, async (t) => {
    const { code, out, notes } = await run(t, args)
    assert.deepEqual({ code, out }, { code: 2, out: '' })
    assert.match(notes, /^berth: |^Usage: berth/)
  })
}

test('without a cloud a command says where it looked', async (t) => {
  const { code, notes } = await run(t, ['audit'])
  assert.equal(code, 2)
  assert.match(notes, /^berth: No cloud is known here: there is no \.berth\/clouds\.yaml\./)
})

test('the clouds.yaml of a running cloud is all it takes', async (t) => {
  const dataDir = await wholeCloud(t)
  const { code, out } = await run(t, ['audit'], { cwd: join(dataDir, '..') })
  assert.deepEqual(
    { code, out },
    { code: 0, out: 'No violations: records, claims and hosts agree.\n' },
  )
  const demo = await run(t, ['audit', '--data-dir', dataDir, '--cloud', 'berth-demo'])
  assert.deepEqual(demo, { code: 2, out: '', notes: 'berth: This is for admins only\n' })
})

test('an audit ends with 1 when something is wrong, for people and for programs', async (t) => {
  const found = { invariant: 'A2', subject: 's1', says: 'holds 1 VCPU', facts: {} } as const
  const { access } = await operatedCloud(t, { audit: async () => [found] })
  const told = await run(t, [...access, 'audit'])
  assert.equal(told.code, 1)
  assert.equal(
    told.out,
    '1 violation:\n\n  A2  s1: holds 1 VCPU\n      A server without a host holds nothing.\n      Would make server s1 hold exactly what it needs where it is.\n\n1 can be healed by "berth audit --apply".\n',
  )
  const { code, out } = await run(t, ['audit', '--json', ...access])
  assert.equal(code, 1)
  assert.equal(JSON.parse(out).violations[0].message, 'holds 1 VCPU')
})

test('an audit plans, heals and takes back', async (t) => {
  const { access, cloud } = await operatedCloud(t, { audited: false })
  const server = await cloud.boot(small, 'host1')
  await cloud.store.transaction(async (tx) => {
    await tx.updateTable('servers').set({ task_state: 'rebooting' }).execute()
  })
  const plan = await run(t, [...access, 'audit', '--plan'])
  assert.equal(plan.code, 1)
  assert.match(plan.out, new RegExp(`Would take off the task of server ${server}`))
  const nothing = await run(t, [...access, 'audit', '--apply', '--only', 'A1'])
  assert.match(nothing.out, /^There is nothing that could be healed\.\n1 violation left\.$/m)
  const applied = await run(t, [...access, 'audit', '--apply', '--json'])
  assert.equal(applied.code, 0, applied.out + applied.notes)
  const [heal] = JSON.parse(applied.out).heals
  assert.equal(heal.state, 'healed')
  const list = await run(t, [...access, 'audit', '--heals'])
  assert.match(list.out, new RegExp(`^${heal.id}  healed  S1  take off the task`, 'm'))
  const undone = await run(t, [...access, 'audit', '--undo', heal.id])
  assert.equal(undone.code, 0, undone.notes)
  assert.match(undone.out, new RegExp(`^${heal.id}  undone  S1`, 'm'))
  assert.equal((await run(t, [...access, 'audit'])).code, 1)
  assert.equal((await run(t, [...access, 'audit', '--undo', heal.id])).code, 2)
  assert.equal((await run(t, [...access, 'audit', '--plan', '--apply'])).code, 2)
})

test('a fault plan is set from a file or a pipe, shown and cleared', async (t) => {
  const { access, cloud } = await operatedCloud(t)
  const file = join(folder(t), 'plan.json')
  const plan = { faults: [{ on: 'spawn', host: 'host1', raise: 'DiskNotFound', times: 1 }] }
  writeFileSync(file, JSON.stringify(plan))
  const set = await run(t, [...access, 'faults', 'set', file])
  assert.equal(set.code, 0)
  await cloud.boot(small, 'host1')
  const shown = await run(t, [...access, 'faults'])
  assert.match(shown.out, /^ {2}spawn {2}host1 {2}1\/1 {5}raise: DiskNotFound, times: 1$/m)
  assert.equal((await run(t, [...access, 'faults', 'clear'])).code, 0)
  assert.equal((await run(t, [...access, 'faults', 'show'])).out, 'Nothing is to go wrong.\n')
  const piped = await run(t, [...access, 'faults', 'set', '-', '--json'], {
    input: JSON.stringify(plan),
  })
  assert.equal(JSON.parse(piped.out).faults[0].struck, 0)
})

const badPlans = [
  ['no JSON', '{', /^berth: .*plan\.json is not JSON/],
  ['no object', '3', /^berth: .*plan\.json must hold an object/],
  [
    'a typing error',
    '{"faults": [{"on": "spam", "hang": true}]}',
    /^berth: Invalid fault plan: faults\[0\]\.on/,
  ],
] as const
for (const [what, text, message] of badPlans) {
  test(`a plan that has ${what} is refused with its place`, async (t) => {
    const { access } = await operatedCloud(t)
    const file = join(folder(t), 'plan.json')
    writeFileSync(file, text)
    const { code, notes } = await run(t, [...access, 'faults', 'set', file])
    assert.equal(code, 2)
    assert.match(notes, message)
  })
}

test('hosts tell what is believed, and a host what is really there', async (t) => {
  const { access, cloud } = await operatedCloud(t)
  const server = await cloud.boot(small, 'host1')
  const all = await run(t, [...access, 'hosts'])
  assert.match(all.out, /^ {2}host1 {2}nova {2}up {5}1\/\d+ +512\/\d+ +1\/\d+ +1$/m)
  const one = await run(t, [...access, 'hosts', 'host1'])
  assert.match(one.out, new RegExp(`^${server}  guest  running +1 +512 +1 +0$`, 'm'))
  const none = await run(t, [...access, 'hosts', 'host7'])
  assert.deepEqual(none, { code: 2, out: '', notes: 'berth: There is no simulated host host7\n' })
})

test('operations tell what they wait for, and end with 1 when something is stuck', async (t) => {
  const { access, cloud } = await operatedCloud(t)
  const server = await cloud.boot(small, 'host1')
  assert.equal((await run(t, [...access, 'operations'])).out, 'Nothing is under way.\n')

  cloud.faults.replace({ faults: [{ on: 'destroy', 'crash-agent': true }] })
  const deleting = cloud.delete(server)
  const ended = await untilStuck(async () => await run(t, [...access, 'operations']))
  assert.match(ended.out, /^host\.clean {2}stuck$/m)
  assert.match(ended.out, new RegExp(`^  for +cleaning/host1/${server}/`, 'm'))
  assert.match(ended.out, /^ {2}at +Delete what the server left on the host$/m)
  assert.match(ended.out, /^ {2}since +.*, tried \d+ times$/m)
  assert.match(ended.out, /^ {2}because +The agent of the host does not run$/m)

  cloud.faults.replace({ faults: [] })
  await deleting
  await cloud.settled()
  assert.equal((await run(t, [...access, 'operations'])).out, 'Nothing is under way.\n')
  const history = await run(t, [...access, 'operations', '--server', server])
  assert.equal(history.code, 0)
  assert.match(history.out, /^server\.delete {2}succeeded/m)
  assert.match(history.out, /^server\.build {2}succeeded/m)
  assert.match(history.out, /^ {2}done {2}.* \(host1, .*\)$/m)
})

/** Asks again until the exit code says that something is stuck. */
async function untilStuck<E extends { readonly code: number | null }>(
  ask: () => Promise<E>,
): Promise<E> {
  for (;;) {
    const ended = await ask()
    if (ended.code === 1) return ended
    assert.equal(ended.code, 0)
  }
}

test('explain tells why nothing fits, and what would', async (t) => {
  const hosts = [{ name: 'host1', vcpus: 4, memoryMb: 4096, diskGb: 100 }]
  const { access } = await operatedCloud(t, { hosts })
  const big = ['explain', '--vcpus', '2', '--memory-mb', '6144', '--trait', 'CUSTOM_GOLD']
  const { code, out } = await run(t, [...access, ...big, '--verbose'])
  assert.equal(code, 1)
  assert.match(out, /^It fits on none of 1 host\.$/m)
  assert.match(out, /^ {2}1 {2}too small for 6 144 MB of memory$/m)
  assert.match(
    out,
    /^ {2}- {2}With at most 4 096 MB of memory and without requiring CUSTOM_GOLD it/m,
  )
  assert.match(out, /^ {2}host1 {2}it lacks trait CUSTOM_GOLD$/m)
  const json = await run(t, [...access, 'explain', '--vcpus', '1', '--json'])
  assert.equal(json.code, 0)
  assert.deepEqual(JSON.parse(json.out).fits, ['host1'])
  const empty = await run(t, [...access, 'explain'])
  assert.equal(empty.code, 2)
  assert.match(empty.notes, /Say what is needed/)
})

test('watch follows what happens until it is interrupted', async (t) => {
  const { access, cloud } = await operatedCloud(t)
  // What has happened already shows that it listens.
  const early = await cloud.boot(small, 'host1')
  const watching = start(t, [...access, 'watch', '--after', '0.0'])
  await watching.line((line) => line.includes(`${early.slice(0, 8)}  server.build succeeded`))
  const server = await cloud.boot(small, 'host2')
  await watching.line((line) => line.includes(`${server.slice(0, 8)}  server ACTIVE on host2`))
  await watching.line((line) => line.includes(`${server.slice(0, 8)}  server.build succeeded`))
  watching.interrupt()
  const { code, notes } = await watching.ended
  assert.deepEqual({ code, notes }, { code: 0, notes: '' })
})

test('watch misses nothing while the cloud is away', async (t) => {
  const { access, cloud, disconnect, reconnect } = await operatedCloud(t)
  const early = await cloud.boot(small, 'host1')
  const watching = start(t, [...access, 'watch', '--json', '--after', '0.0'])
  const ends = (id: string) => (line: string) => {
    const event = JSON.parse(line)
    return event.server === id && event.what === 'ended'
  }
  await watching.line(ends(early))
  await disconnect()
  const missed = await cloud.boot(small, 'host1')
  await reconnect()
  await watching.line(ends(missed))
  watching.interrupt()
  const { code, out, notes } = await watching.ended
  assert.equal(code, 0)
  assert.match(notes, /^The connection was lost; trying again\.$/m)
  const ids = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  assert.equal(new Set(ids).size, ids.length)
})

test('a watch that is refused does not try again', async (t) => {
  const { access } = await operatedCloud(t)
  const { code, notes } = await run(t, [...access, 'watch', '--after', 'yesterday'])
  assert.equal(code, 2)
  assert.equal(notes, 'berth: "yesterday" is not the id of an event\n')
})

test('crash-matrix plays an operation, as a table, a page and a document', async (t) => {
  const told = await run(t, ['crash-matrix', 'stop'])
  assert.equal(told.code, 0, told.notes)
  assert.match(told.out, /^server\.stop: a running server on host1$/m)
  assert.match(told.out, /in one process/)
  assert.match(
    told.out,
    /during the call of power_off on host1 .* stopped \/ - \/ SHUTOFF .* hold$/m,
  )
  assert.match(told.out, /^\d+ crashes: every invariant holds after each of them\.$/m)
  const json = await run(t, ['crash-matrix', 'server.stop', '--json'])
  const document = JSON.parse(json.out)
  assert.deepEqual([document.operation, document.wrong], ['server.stop', 0])
  assert.equal(document.rows[0].found.status, 'ACTIVE')
  const page = await run(t, ['crash-matrix', 'stop', '--markdown', '--fail', 'power_off'])
  assert.match(page.out, /^# What becomes of server\.stop /)
  const list = await run(t, ['crash-matrix'])
  assert.match(list.out, /^server\.resize +a running server on host1$/m)
  for (const args of [['resiez'], ['resize', '--policy', 'x'], ['resize', '--fail', 'x']]) {
    assert.equal((await run(t, ['crash-matrix', ...args])).code, 2)
  }
})
