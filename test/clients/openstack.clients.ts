/** The real `openstack` client plays the founding case, as a user would, against a cloud that `npm start` started. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { askBerth, openstackOf, startCloud } from '../support/real-cloud.ts'
import type { RealCloud, Said } from '../support/real-cloud.ts'

type Client = (...args: readonly string[]) => Promise<Said>

const plugTimeout = {
  faults: [{ on: 'finish_migration', raise: 'VirtualInterfaceCreateException', times: 1 }],
}

async function value(client: Client, ...args: readonly string[]): Promise<string> {
  const said = await client(...args, '-f', 'value')
  assert.equal(said.code, 0, said.err)
  return said.out.trim()
}

async function field(client: Client, server: string, name: string): Promise<string> {
  return await value(client, 'server', 'show', server, '-c', name)
}

/** What is in use on a host, by resource class. */
async function usage(admin: Client, host: string): Promise<Record<string, number>> {
  const id = await value(admin, 'resource', 'provider', 'list', '--name', host, '-c', 'uuid')
  const said = await admin('resource', 'provider', 'usage', 'show', id, '-f', 'json')
  // The plug-in prints a list of class and usage.
  const rows = JSON.parse(said.out) as { resource_class: string; usage: number }[]
  return Object.fromEntries(rows.map((row) => [row.resource_class, row.usage]))
}

/** Asks again until it is so. Every question takes the client a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) if (await isSo()) return
  assert.fail('it never came to that')
}

const nothing = { VCPU: 0, MEMORY_MB: 0, DISK_GB: 0 }
const tiny = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 }
const small = { VCPU: 1, MEMORY_MB: 2048, DISK_GB: 20 }

async function bootOnHost1(admin: Client): Promise<string> {
  const create = ['server', 'create', '--flavor', 'm1.tiny', '--image', 'berth-tiny']
  const where = ['--network', 'private', '--availability-zone', 'nova:host1']
  return await value(admin, ...create, ...where, '--wait', 'founding', '-c', 'id')
}

async function begin(t: TestContext, args: readonly string[] = []): Promise<[RealCloud, Client]> {
  const cloud = await startCloud(t, { args: ['--hosts', '2', ...args] })
  return [cloud, openstackOf(cloud, 'admin')]
}

test('policy leave, seen through the real client', async (t) => {
  const [cloud, admin] = await begin(t)
  const server = await bootOnHost1(admin)
  assert.deepEqual(await usage(admin, 'host1'), tiny)
  assert.equal((await askBerth(cloud, 'PUT', '/faults', plugTimeout)).status, 200)

  await admin('server', 'resize', '--flavor', 'm1.small', '--wait', server)

  assert.equal(await field(admin, server, 'status'), 'ERROR')
  assert.match(await field(admin, server, 'fault'), /Virtual Interface creation failed/)
  assert.match(await field(admin, server, 'flavor'), /m1\.small/)
  assert.equal(await field(admin, server, 'OS-EXT-SRV-ATTR:host'), 'host2')
  assert.deepEqual(await usage(admin, 'host1'), nothing)
  assert.deepEqual(await usage(admin, 'host2'), small)
  const migrations = await value(admin, 'server', 'migration', 'list', '-c', 'Status')
  assert.equal(migrations, 'error')

  assert.equal((await admin('server', 'reboot', '--hard', '--wait', server)).code, 0)
  assert.equal(await field(admin, server, 'status'), 'ACTIVE')
  assert.equal((await admin('server', 'delete', '--wait', server)).code, 0)
  assert.deepEqual(await usage(admin, 'host2'), nothing)
})

test('policy rollback, seen through the real client', async (t) => {
  const [cloud, admin] = await begin(t, ['--failure-policy', 'rollback'])
  const server = await bootOnHost1(admin)
  await askBerth(cloud, 'PUT', '/faults', plugTimeout)

  await admin('server', 'resize', '--flavor', 'm1.small', server)
  await until(
    async () => (await value(admin, 'server', 'migration', 'list', '-c', 'Status')) === 'error',
  )

  assert.equal(await field(admin, server, 'status'), 'ACTIVE')
  assert.equal(await field(admin, server, 'OS-EXT-SRV-ATTR:host'), 'host1')
  assert.deepEqual(await usage(admin, 'host1'), tiny)
  assert.deepEqual(await usage(admin, 'host2'), nothing)
  const events = await admin('server', 'event', 'list', server, '-f', 'json')
  assert.match(events.out, /resize/)
})

test('killed with -9 in the middle, it ends as specified after the next start', async (t) => {
  const [cloud, admin] = await begin(t)
  const server = await bootOnHost1(admin)
  const hanging = { faults: [{ on: 'finish_migration', hang: true }] }
  await askBerth(cloud, 'PUT', '/faults', hanging)
  await admin('server', 'resize', '--flavor', 'm1.small', server)
  await cloud.kill()

  const again = await startCloud(t, { args: ['--hosts', '2'], dataDir: cloud.dataDir })
  const after = openstackOf(again, 'admin')
  await until(async () => (await field(after, server, 'status')) === 'VERIFY_RESIZE')
  assert.equal((await after('server', 'resize', 'confirm', server)).code, 0)
  assert.deepEqual((await askBerth(again, 'GET', '/audit')).body, { violations: [] })
  assert.equal(await again.stop(), 0)
})

test('a tenant sees a clear answer to a wrong request', async (t) => {
  const cloud = await startCloud(t)
  const demo = openstackOf(cloud, 'demo')
  const wrong = [
    ['server', 'show', 'nobody'],
    [
      'server',
      'create',
      '--flavor',
      'no-such',
      '--image',
      'berth-tiny',
      '--network',
      'private',
      'x',
    ],
    ['hypervisor', 'list'],
    ['resource', 'provider', 'list'],
  ]
  for (const command of wrong) {
    const said = await demo(...command)
    assert.notEqual(said.code, 0, command.join(' '))
    assert.doesNotMatch(said.err, /500|Traceback|Internal/, command.join(' '))
  }
})
