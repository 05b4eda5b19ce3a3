/** The story of the founding case, played by the command line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { findAccess } from '../../src/cli/access.ts'
import { connect } from '../../src/cli/client.ts'
import type { Client } from '../../src/cli/client.ts'
import { run, start, wholeCloud } from '../support/command-line.ts'
import type { Ended } from '../support/command-line.ts'

const plan = { faults: [{ on: 'spawn', host: 'host9', raise: 'DiskNotFound', times: 3 }] }
const counted = { faults: [{ ...plan.faults[0], matched: 0, struck: 0 }] }

async function adminOf(t: TestContext, dataDir: string): Promise<Client> {
  return await connect(findAccess({ dataDir }, {}), t.signal)
}

function assertWellTold({ code, out, notes }: Ended): void {
  assert.equal(notes, '')
  assert.equal(code, 0)
  // Nobody sees colours in a pipe, and nobody's terminal is narrower than this.
  assert.ok(!out.includes('\u001b'))
  for (const line of out.split('\n')) assert.ok(line.length <= 80, line)
  const told = out.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '))
  for (const line of [
    'host1 server 1 512 1 a running guest of 1 VCPU, 512 MB, 1 GB',
    'host1 migration 1 512 1 the copy kept for a way back',
    'host2 server 2 2048 20 the disk that came over, no guest',
    'Virtual Interface creation failed',
    'settled Leave the server in error where its disk is, and free the source',
    'undone Hand the source allocation from the server to the migration',
    'No violations: records, claims and hosts agree.',
  ]) {
    assert.ok(told.includes(line), `not told: ${line}\n${out}`)
  }
  assert.match(out, /The server is ERROR on host2/)
  assert.match(out, /The server is ACTIVE on host1 again/)
}

async function assertUntouched(cloud: Client): Promise<void> {
  const { servers } = await cloud.get<{ servers: readonly unknown[] }>(
    '/compute/v2.1/servers?all_tenants=1',
  )
  assert.deepEqual(servers, [])
  const { flavors } = await cloud.get<{ flavors: readonly { name: string }[] }>(
    '/compute/v2.1/flavors?is_public=none',
  )
  assert.deepEqual(
    flavors.filter(({ name }) => name.startsWith('demo')),
    [],
  )
  assert.deepEqual(await cloud.get('/berth/v1/faults'), counted)
}

test('the demo plays in the cloud that runs here, and leaves everything as it was', async (t) => {
  const dataDir = await wholeCloud(t)
  const cloud = await adminOf(t, dataDir)
  await cloud.send('PUT', '/berth/v1/faults', plan)
  assertWellTold(await run(t, ['demo', '--data-dir', dataDir]))
  await assertUntouched(cloud)
})

test('where no cloud runs the demo starts one, and ends it', async (t) => {
  const ended = await run(t, ['demo'])
  assertWellTold(ended)
  assert.match(ended.out, /starting one for this story/)
})

test('a demo that is interrupted puts everything back', async (t) => {
  const dataDir = await wholeCloud(t)
  const cloud = await adminOf(t, dataDir)
  await cloud.send('PUT', '/berth/v1/faults', plan)
  const demo = start(t, ['demo', '--data-dir', dataDir])
  await demo.line((line) => line.includes('boots on host1'))
  // A terminal tells the whole group of processes, and wrappers pass on what they hear.
  demo.interrupt()
  demo.interrupt()
  const { code, notes } = await demo.ended
  assert.equal(code, 2)
  assert.equal(notes, 'berth: interrupted\n')
  await assertUntouched(cloud)
})

test('a cloud that was named and does not answer is no reason to start another', async (t) => {
  const { code, out, notes } = await run(t, ['demo', '--url', 'http://127.0.0.1:1', '--token', 'a'])
  assert.deepEqual({ code, out }, { code: 2, out: '' })
  assert.equal(notes, 'berth: No cloud answers at http://127.0.0.1:1\n')
})
