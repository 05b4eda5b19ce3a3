/** The real `openstack` client with volumes, as a user has a day with them, against a cloud that `npm start` started. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askBerth, openstackOf, startCloud } from '../support/real-cloud.ts'
import type { Said } from '../support/real-cloud.ts'

type Client = (...args: readonly string[]) => Promise<Said>

/** What a command says, which must go well. */
async function told(client: Client, ...args: readonly string[]): Promise<string> {
  const said = await client(...args)
  assert.equal(said.code, 0, `${args.join(' ')}: ${said.err}`)
  return said.out.trim()
}

async function field(client: Client, what: string, id: string, name: string): Promise<string> {
  return await told(client, ...what.split(' '), 'show', id, '-c', name, '-f', 'value')
}

test('volumes, their snapshots and types, through the real client', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '2'] })
  const [admin, demo] = [openstackOf(cloud, 'admin'), openstackOf(cloud, 'demo')]
  const create = ['volume', 'create', '--size', '1', '-f', 'value', '-c', 'id']
  const id = await told(demo, ...create, '--description', 'data', '--property', 'a=b', 'disk')
  assert.equal(await field(demo, 'volume', 'disk', 'status'), 'available')
  await told(demo, 'volume', 'set', '--size', '2', '--name', 'larger', id)
  assert.equal(await field(demo, 'volume', 'larger', 'size'), '2')
  await told(demo, 'volume', 'set', '--property', 'c=d', '--bootable', 'larger')
  assert.match(await field(demo, 'volume', 'larger', 'properties'), /c/)

  const snapshot = ['volume', 'snapshot']
  await told(demo, ...snapshot, 'create', '--volume', 'larger', 'snap')
  assert.equal(await field(demo, 'volume snapshot', 'snap', 'status'), 'available')
  await told(demo, 'volume', 'create', '--snapshot', 'snap', 'copy')
  assert.equal(await field(demo, 'volume', 'copy', 'size'), '2')
  assert.notEqual((await demo('volume', 'delete', 'larger')).code, 0)
  await told(demo, ...snapshot, 'delete', 'snap')
  await told(demo, 'volume', 'delete', 'larger', 'copy')
  assert.equal(await told(demo, 'volume', 'list', '-f', 'value'), '')

  await told(admin, 'volume', 'type', 'create', '--property', 'multiattach=<is> True', 'shared')
  assert.match(await told(demo, 'volume', 'type', 'list', '-f', 'value'), /shared/)
  await told(demo, 'volume', 'create', '--size', '1', '--type', 'shared', 'both')
  assert.equal(await field(demo, 'volume', 'both', 'multiattach'), 'True')
  await told(admin, 'quota', 'set', '--volumes', '1', 'demo')
  assert.match((await demo('volume', 'create', '--size', '1', 'more')).err, /exceeded/)
  assert.match(await told(demo, 'limits', 'show', '--absolute', '-f', 'value'), /VolumesUsed 1/)
  await told(admin, 'volume', 'service', 'list')
  await told(demo, 'availability', 'zone', 'list', '--volume')
})

test('volumes are handed over, and types promise something, through the real client', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '1'] })
  const [admin, demo] = [openstackOf(cloud, 'admin'), openstackOf(cloud, 'demo')]
  await told(demo, 'volume', 'create', '--size', '1', 'gift')
  const request = ['volume', 'transfer', 'request']
  const offered = await told(demo, ...request, 'create', 'gift', '-f', 'json')
  // The client prints what it made.
  const { id, auth_key: key } = JSON.parse(offered) as { id: string; auth_key: string }
  assert.equal(await field(demo, 'volume', 'gift', 'status'), 'awaiting-transfer')
  assert.match(await told(demo, ...request, 'list', '-f', 'value'), new RegExp(id))
  assert.match((await admin(...request, 'accept', '--auth-key', 'wrong', id)).err, /auth key/)
  await told(admin, ...request, 'accept', '--auth-key', key, id)
  assert.equal(await field(admin, 'volume', 'gift', 'status'), 'available')
  assert.notEqual((await demo('volume', 'show', 'gift')).code, 0)

  await told(admin, 'volume', 'qos', 'create', '--property', 'read_iops_sec=500', 'quick')
  await told(admin, 'volume', 'qos', 'associate', 'quick', '__DEFAULT__')
  assert.notEqual((await admin('volume', 'qos', 'delete', 'quick')).code, 0)
  await told(admin, 'volume', 'qos', 'disassociate', '--all', 'quick')
  await told(admin, 'volume', 'qos', 'delete', 'quick')
  const encrypted = ['--encryption-provider', 'luks', '--encryption-control-location', 'front-end']
  await told(admin, 'volume', 'type', 'create', ...encrypted, 'locked')
  await told(demo, 'volume', 'create', '--size', '1', '--type', 'locked', 'safe')
  assert.equal(await field(demo, 'volume', 'safe', 'encrypted'), 'True')
})

test('servers with volumes, through the real client', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '2'] })
  const admin = openstackOf(cloud, 'admin')
  const boot = ['server', 'create', '--flavor', 'm1.tiny', '--network', 'private', '--wait']
  await told(admin, ...boot, '--image', 'berth-tiny', 'plain')
  await told(admin, 'volume', 'create', '--size', '1', 'disk')
  await told(admin, 'server', 'add', 'volume', 'plain', 'disk')
  assert.equal(await field(admin, 'volume', 'disk', 'status'), 'in-use')
  await told(admin, 'server', 'resize', '--flavor', 'm1.small', '--wait', 'plain')
  await told(admin, 'server', 'resize', 'confirm', 'plain')
  assert.match(await told(admin, 'server', 'volume', 'list', 'plain', '-f', 'value'), /\/dev\/vdb/)
  await told(admin, 'server', 'remove', 'volume', 'plain', 'disk')
  assert.equal(await field(admin, 'volume', 'disk', 'status'), 'available')

  await told(admin, ...boot, '--image', 'berth-tiny', '--boot-from-volume', '2', 'from-volume')
  assert.match(await field(admin, 'server', 'from-volume', 'image'), /booted from volume|^$/)
  await told(admin, 'server', 'stop', 'from-volume')
  await told(admin, 'server', 'image', 'create', '--wait', '--name', 'snapped', 'from-volume')
  await told(admin, ...boot, '--image', 'snapped', 'from-snapshot')
  await told(admin, 'server', 'delete', '--wait', 'plain', 'from-volume', 'from-snapshot')
  assert.deepEqual((await askBerth(cloud, 'GET', '/audit')).body, { violations: [] })
})
