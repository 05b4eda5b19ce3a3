/** A cloud audited and healed through its public APIs alone: here Berth itself, with contradictions planted through Placement. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findCloud } from '../../src/cli/public/cloud-entry.ts'
import type { CloudEntry } from '../../src/cli/public/cloud-entry.ts'
import { connectPublicly } from '../../src/cli/public/openstack.ts'
import type { OpenStack } from '../../src/cli/public/openstack.ts'
import { folder, run, wholeCloud } from '../support/command-line.ts'

const patient = new AbortController().signal

type Found = {
  readonly allocations: Readonly<Record<string, { readonly resources: object }>>
  readonly consumer_generation?: number
  readonly project_id?: string
  readonly user_id?: string
}

test('orphans are found through the public APIs, removed, and put back', async (t) => {
  const dataDir = await wholeCloud(t)
  const cloud = await connectPublicly(findCloud('berth-admin', {}, dataDir), patient)
  const journal = join(folder(t), 'heals.jsonl')
  const audit = ['audit', '--public', '--data-dir', dataDir, '--journal', journal]
  const clean = await run(t, audit)
  assert.deepEqual([clean.code, clean.notes], [0, ''])
  assert.match(clean.out, /^No violations: servers, moves and allocations agree\.$/m)

  const orphan = randomUUID()
  await hold(cloud, orphan, 2)
  const found = await run(t, audit)
  assert.equal(found.code, 1)
  assert.match(found.out, new RegExp(`^  orphaned  ${orphan}, which is no server and no`, 'm'))
  assert.match(found.out, /Would take all of it away\./)
  assert.equal((await held(cloud, orphan)).allocations !== null, true, 'looking changes nothing')

  const applied = await run(t, [...audit, '--apply', '--json'])
  assert.equal(applied.code, 0, applied.out + applied.notes)
  const [{ heal, state }] = JSON.parse(applied.out).heals
  assert.deepEqual([state, heal.consumer], ['healed', orphan])
  assert.deepEqual((await held(cloud, orphan)).allocations, {})
  assert.match(readFileSync(journal, 'utf8'), new RegExp(heal.id))

  const undone = await run(t, [...audit, '--undo', heal.id])
  assert.equal(undone.code, 0, undone.notes)
  const [back] = Object.values((await held(cloud, orphan)).allocations)
  assert.deepEqual(back?.resources, { VCPU: 2, MEMORY_MB: 64 })
  assert.equal((await run(t, audit)).code, 1, 'and it is wrong again')
  const twice = await run(t, [...audit, '--undo', heal.id])
  assert.deepEqual([twice.code, /taken back already/.test(twice.notes)], [2, true])
})

test('a server that holds nothing, or something elsewhere as well, is put right', async (t) => {
  const dataDir = await wholeCloud(t)
  const entry = findCloud('berth-admin', {}, dataDir)
  const cloud = await connectPublicly(entry, patient)
  const server = await boot(entry)
  const audit = ['audit', '--public', '--data-dir', dataDir]
  const journal = ['--journal', join(folder(t), 'heals.jsonl')]
  assert.equal((await run(t, audit)).code, 0)
  const right = await held(cloud, server)

  await write(cloud, server, {})
  assert.match((await run(t, audit)).out, /^ {2}missing {2}Server .* and holds$/m)
  assert.equal((await run(t, [...audit, ...journal, '--apply'])).code, 0)
  assert.deepEqual(resourcesIn(await held(cloud, server)), resourcesIn(right))

  const both = Object.fromEntries(
    (await providers(cloud)).map(({ uuid }) => [uuid, { resources: { VCPU: 1 } }]),
  )
  await write(cloud, server, { ...both, ...right.allocations })
  assert.match((await run(t, audit)).out, /^ {2}duplicate {2}Server /m)
  assert.equal((await run(t, [...audit, ...journal, '--apply'])).code, 0)
  assert.deepEqual(resourcesIn(await held(cloud, server)), resourcesIn(right))
  assert.equal((await run(t, ['audit', '--data-dir', dataDir])).code, 0, 'the records agree, too')
})

test('what changed since is neither healed nor put back over somebody else', async (t) => {
  const dataDir = await wholeCloud(t)
  const cloud = await connectPublicly(findCloud('berth-admin', {}, dataDir), patient)
  const journal = join(folder(t), 'heals.jsonl')
  const audit = ['audit', '--public', '--data-dir', dataDir, '--journal', journal]
  const orphan = randomUUID()
  await hold(cloud, orphan, 1)
  const applied = await run(t, [...audit, '--apply', '--json'])
  const [{ heal }] = JSON.parse(applied.out).heals
  await hold(cloud, orphan, 3)
  const undone = await run(t, [...audit, '--undo', heal.id])
  assert.equal(undone.code, 2)
  assert.match(undone.notes, /holds something else by now: it is left alone/)
})

test('a cloud that nobody knows is told apart from one that is not there', async (t) => {
  const dataDir = await wholeCloud(t)
  const unknown = await run(t, ['audit', '--public', '--data-dir', dataDir, '--cloud', 'none'])
  assert.equal(unknown.code, 2)
  assert.match(unknown.notes, /^berth: No cloud none is known: not in .*clouds\.yaml/)
})

async function held(cloud: OpenStack, consumer: string): Promise<Found> {
  return await cloud.get<Found>('placement', `/allocations/${consumer}`)
}

/** By provider; generations grow with every write. */
function resourcesIn({ allocations }: Found): object {
  return Object.fromEntries(
    Object.entries(allocations).map(([provider, { resources }]) => [provider, resources]),
  )
}

async function hold(cloud: OpenStack, consumer: string, cores: number): Promise<void> {
  const [provider] = await providers(cloud)
  const resources = { VCPU: cores, MEMORY_MB: 64 }
  await write(cloud, consumer, { [provider?.uuid ?? '']: { resources } })
}

async function write(cloud: OpenStack, consumer: string, allocations: object): Promise<void> {
  const before = await held(cloud, consumer)
  const status = await cloud.put('placement', `/allocations/${consumer}`, {
    allocations,
    project_id: before.project_id ?? 'p',
    user_id: before.user_id ?? 'u',
    consumer_generation: before.consumer_generation ?? null,
    consumer_type: 'INSTANCE',
  })
  assert.equal(status, 204)
}

async function providers(cloud: OpenStack): Promise<readonly { readonly uuid: string }[]> {
  type Providers = { readonly resource_providers: readonly { readonly uuid: string }[] }
  return (await cloud.get<Providers>('placement', '/resource_providers')).resource_providers
}

/** A server that has been built, as any client asks for one. */
async function boot({ authUrl, auth }: CloudEntry): Promise<string> {
  const login = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth }),
  })
  const headers = {
    'X-Auth-Token': login.headers.get('x-subject-token') ?? '',
    'Content-Type': 'application/json',
    'OpenStack-API-Version': 'compute 2.59',
  }
  const compute = authUrl.replace(/\/identity\/v3$/, '/compute/v2.1')
  const server = { name: 's', flavorRef: '1', networks: 'none' }
  const made = await fetch(`${compute}/servers`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ server: { ...server, imageRef: await image(authUrl, headers) } }),
  })
  assert.equal(made.status, 202)
  const { id } = (await fieldsOf(made))['server'] as { id: string } // as Compute answers
  for (;;) {
    const shown = await fetch(`${compute}/servers/${id}`, { headers })
    const { status } = (await fieldsOf(shown))['server'] as { status: string } // likewise
    assert.notEqual(status, 'ERROR')
    if (status === 'ACTIVE') return id
  }
}

async function image(authUrl: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const images = await fetch(authUrl.replace(/\/identity\/v3$/, '/image/v2/images'), { headers })
  const [first] = (await fieldsOf(images))['images'] as { id: string }[] // as Image answers
  return first?.id ?? ''
}

async function fieldsOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  // Every answer that is asked for here is an object.
  return (await response.json()) as Readonly<Record<string, unknown>>
}
