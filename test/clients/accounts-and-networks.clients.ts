/** The real `openstack` client with accounts and networks, as an operator has a day with them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openstackOf, startCloud } from '../support/real-cloud.ts'
import type { Said } from '../support/real-cloud.ts'

type Client = (...args: readonly string[]) => Promise<Said>

/** What a command says, which must go well. */
async function told(client: Client, command: string): Promise<string> {
  const said = await client(...command.split(' '))
  assert.equal(said.code, 0, `${command}: ${said.err}`)
  return said.out.trim()
}

/** What a command that must not go well says. */
async function refused(client: Client, command: string): Promise<string> {
  const said = await client(...command.split(' '))
  assert.notEqual(said.code, 0, command)
  return said.err
}

test('groups of users and tags of projects, through the real client', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '1'] })
  const admin = openstackOf(cloud, 'admin')
  await told(admin, 'group create crew')
  assert.match(await refused(admin, 'group create crew'), /409/)
  await told(admin, 'group add user crew demo')
  await told(admin, 'role add --group crew --project admin reader')
  const assignments = 'role assignment list --names -f value'
  assert.match(await told(admin, `${assignments} --group crew`), /reader +crew@Default admin/)
  assert.match(await told(admin, `${assignments} --user demo --effective`), /reader demo@Default/)
  await told(admin, 'group remove user crew demo')
  assert.match(await refused(admin, 'group remove user crew demo'), /404/)
  await told(admin, 'group delete crew')

  await told(admin, 'project create --tag red --tag blue tagged')
  assert.equal(await told(admin, 'project list --tags red -f value -c Name'), 'tagged')
})

test('networks with what operators say of them, through the real client', async (t) => {
  const cloud = await startCloud(t, { args: ['--hosts', '1'] })
  const [admin, demo] = [openstackOf(cloud, 'admin'), openstackOf(cloud, 'demo')]
  const provider = '--provider-network-type flat --provider-physical-network physnet1'
  await told(admin, `network create --external ${provider} outside`)
  assert.match(await refused(admin, `network create ${provider} again`), /409/)
  await told(demo, 'network create --mtu 1400 --tag red inside')
  assert.equal(await told(demo, 'network show inside -f value -c mtu'), '1400')
  assert.equal(await told(demo, 'network list --tags red -f value -c Name'), 'inside')
  await told(demo, 'network unset --tag red inside')
  await told(demo, 'subnet create --network inside --subnet-range 10.77.0.0/24 sub')
  await told(demo, 'router create --tag edge r')
  await told(demo, 'router add subnet r sub')
  await told(demo, 'router add route --route destination=10.5.0.0/16,gateway=10.77.0.9 r')
  assert.match(await told(demo, 'router show r -f value -c routes'), /10\.5\.0\.0\/16/)
  assert.match(await refused(demo, 'network delete inside'), /ports still in use|409/)
  await told(demo, 'router remove subnet r sub')
  await told(demo, 'router delete r')
  await told(demo, 'network delete inside')
})
