/**
 * A session that a JavaScript program would have with a cloud, through pkgcloud as it is.
 *
 * pkgcloud speaks Compute as it was at first: microversion 2.1, with images and security groups through Compute. Of volumes
 * it knows a service that is no more.
 * Each step is reported as a line of JSON. A step that fails does not end the session: what needed it fails as well.
 */
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import pkgcloud from 'pkgcloud'

const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env
const account = {
  provider: 'openstack',
  keystoneAuthVersion: 'v3',
  authUrl: OS_AUTH_URL,
  username: OS_USERNAME,
  password: OS_PASSWORD,
  tenantName: OS_PROJECT_NAME,
  domainName: 'Default',
  projectDomainName: 'Default',
  region: 'RegionOne',
}
const clients = {
  compute: pkgcloud.compute.createClient(account),
  network: pkgcloud.network.createClient(account),
}

/** What a client answers to a call, or what it says instead. */
async function ask(service, verb, ...args) {
  const client = clients[service]
  try {
    return await promisify(client[verb].bind(client))(...args)
  } catch (said) {
    throw new Error(`${verb}: ${said.message} ${JSON.stringify(said.result ?? '')}`, {
      cause: said,
    })
  }
}

const kept = {}

async function becomes(status) {
  for (let tries = 0; tries < 300; tries += 1) {
    const { original } = await ask('compute', 'getServer', kept.server)
    if (original.status === status) return original
    assert.notEqual(original.status, 'ERROR', JSON.stringify(original.fault))
    await sleep(100)
  }
  return assert.fail(`it never became ${status}`)
}

const steps = {
  async 'find flavor and image'() {
    const flavors = await ask('compute', 'getFlavors')
    const images = await ask('compute', 'getImages')
    kept.flavor = flavors.find(({ name }) => name === 'm1.tiny')
    kept.bigger = flavors.find(({ name }) => name === 'm1.small')
    kept.image = images.find(({ name }) => name === 'berth-tiny')
    assert(kept.flavor && kept.bigger && kept.image)
  },
  async 'add a key'() {
    const key =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqfLP7yfDXoq6X2Yf2yzoZ0yJvUjUV2aXW2PzqEzqVb js'
    await ask('compute', 'addKey', { name: 'js-key', public_key: key })
    const keys = await ask('compute', 'listKeys')
    assert(keys.some(({ keypair }) => keypair.name === 'js-key'))
  },
  async 'make a network with a subnet and a port'() {
    kept.network = await ask('network', 'createNetwork', { name: 'js-net' })
    const subnet = {
      name: 'js-subnet',
      networkId: kept.network.id,
      cidr: '10.99.0.0/24',
      ipVersion: 4,
    }
    kept.subnet = await ask('network', 'createSubnet', {
      ...subnet,
      network_id: kept.network.id,
      ip_version: 4,
    })
    kept.port = await ask('network', 'createPort', { networkId: kept.network.id, name: 'js-port' })
    await ask('network', 'destroyPort', kept.port.id)
  },
  async 'make a security group with a rule, through Compute'() {
    const group = await ask('compute', 'addGroup', {
      name: 'js-group',
      description: 'for the session',
    })
    kept.group = group
    await ask('compute', 'addRule', {
      groupId: group.id,
      ipProtocol: 'tcp',
      fromPort: 22,
      toPort: 22,
      cidr: '0.0.0.0/0',
    })
    const groups = await ask('compute', 'listGroups')
    assert.equal(groups.find(({ name }) => name === 'js-group').rules.length, 1)
  },
  async 'boot a server'() {
    const { flavor, image, network } = kept
    const networks = [{ uuid: network.id }]
    const wish = { name: 'js', flavor, image, networks, keyname: 'js-key' }
    kept.server = await ask('compute', 'createServer', {
      ...wish,
      securityGroups: [{ name: 'js-group' }],
    })
    const server = await becomes('ACTIVE')
    assert.equal(server.key_name, 'js-key')
    assert.equal(server.addresses['js-net'].length, 1)
  },
  async 'list it with its details'() {
    const servers = await ask('compute', 'getServers', { name: 'js' })
    assert.equal(servers.length, 1)
  },
  async 'rename it'() {
    await ask('compute', 'renameServer', kept.server, 'js-2')
    assert.equal((await becomes('ACTIVE')).name, 'js-2')
  },
  async 'stop and start it'() {
    await ask('compute', 'stopServer', kept.server)
    await becomes('SHUTOFF')
    await ask('compute', 'startServer', kept.server)
    await becomes('ACTIVE')
  },
  async 'reboot it'() {
    await ask('compute', 'rebootServer', kept.server, { type: 'HARD' })
    await becomes('ACTIVE')
  },
  async 'rebuild it'() {
    await ask('compute', 'rebuildServer', kept.server, { image: kept.image.id, name: 'js-2' })
    await becomes('ACTIVE')
  },
  async 'resize it and confirm'() {
    await ask('compute', 'resizeServer', kept.server, kept.bigger.id)
    await becomes('VERIFY_RESIZE')
    await ask('compute', 'confirmServerResize', kept.server)
    assert.equal((await becomes('ACTIVE')).flavor.id, kept.bigger.id)
  },
  async 'resize it and go back'() {
    await ask('compute', 'resizeServer', kept.server, kept.flavor.id)
    await becomes('VERIFY_RESIZE')
    await ask('compute', 'revertServerResize', kept.server)
    assert.equal((await becomes('ACTIVE')).flavor.id, kept.bigger.id)
  },
  async 'delete it'() {
    await ask('compute', 'destroyServer', kept.server)
    for (let tries = 0; tries < 300; tries += 1) {
      if ((await ask('compute', 'getServers', {})).length === 0) return
      await sleep(100)
    }
    assert.fail('it is still there')
  },
  async 'take everything else away'() {
    await ask('compute', 'destroyKey', 'js-key')
    await ask('compute', 'destroyGroup', kept.group.id)
    await ask('network', 'destroySubnet', kept.subnet.id)
    await ask('network', 'destroyNetwork', kept.network.id)
  },
}

for (const [step, run] of Object.entries(steps)) {
  try {
    await run()
    console.log(JSON.stringify({ step, ok: true }))
  } catch (thrown) {
    process.exitCode = 1
    console.log(JSON.stringify({ step, ok: false, why: thrown.message }))
  }
}
