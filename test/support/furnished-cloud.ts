/** A cloud with something of everything in it, so that every route has something to show. */
import assert from 'node:assert/strict'
import type { ServerId } from '../../src/domain/ids.ts'
import * as faults from '../../src/store/compute/faults.ts'
import * as hosts from '../../src/store/compute/hosts.ts'
import * as servers from '../../src/store/compute/servers.ts'
import type { ComputeApi } from './compute-api.ts'
import { snapshot, volume } from './volumes.ts'
import { addImage, addNetwork } from './compute-surroundings.ts'

export type Furnished = {
  readonly server: string
  readonly broken: string
  readonly resized: string
  readonly group: string
  readonly aggregate: number
  readonly image: string
  readonly publicFlavor: string
  readonly privateFlavor: string
  readonly services: Readonly<Record<string, string>>
  readonly hypervisors: Readonly<Record<string, string>>
  /** Paths for a route's template, with what goes in the place of its parameters at a version. */
  pathsOf(template: string): readonly ((at: number) => string)[]
}

export async function furnish(api: ComputeApi): Promise<Furnished> {
  const { cloud, now, ask } = api
  const made = async (path: string, body: unknown, as: 'admin' | 'member' = 'admin') => {
    const answer = await now('POST', path, { as, body })
    assert(answer.status < 300, JSON.stringify(answer.body))
    return answer.body
  }
  const flavor = { ram: 512, vcpus: 1, disk: 1, swap: 0 }
  const small = (await made('/flavors', { flavor: { ...flavor, name: 'small', id: 'small' } }))
    .flavor
  const large = (await made('/flavors', { flavor: { ...flavor, name: 'large', ram: 1024 } })).flavor
  const hidden = (
    await made('/flavors', {
      flavor: { ...flavor, name: 'hidden', 'os-flavor-access:is_public': false },
    })
  ).flavor
  await made(`/flavors/${hidden.id}/action`, { addTenantAccess: { tenant: 'project-2' } })
  await made(`/flavors/${small.id}/os-extra_specs`, { extra_specs: { spec: 'value' } })
  await ask('POST', '/os-keypairs', { as: 'member', body: { keypair: { name: 'key' } } })
  await ask('POST', '/os-keypairs', { as: 'admin', body: { keypair: { name: 'key' } } })
  const group = (
    await made('/os-server-groups', { server_group: { name: 'group', policy: 'affinity' } })
  ).server_group
  const { aggregate } = await made('/os-aggregates', {
    aggregate: { name: 'aggregate', availability_zone: 'zone1' },
  })
  await made(`/os-aggregates/${aggregate.id}/action`, { add_host: { host: 'host2' } })
  const image = await addImage(api, { properties: { a: 'b' } })
  const boot = async (name: string, more: object = {}, hints: object = {}): Promise<string> => {
    const wish = { name, flavorRef: small.id, imageRef: image, networks: 'none', ...more }
    const { server } = await made(
      '/servers',
      { server: wish, 'os:scheduler_hints': hints },
      'member',
    )
    await cloud.settled()
    return server.id
  }
  const server = await boot(
    'server',
    {
      key_name: 'key',
      metadata: { a: 'b' },
      tags: ['tag'],
      user_data: 'YWJj',
      description: 'what',
    },
    { group: group.id },
  )
  const volumeId = await volume(cloud)
  const attached = { volumeAttachment: { volumeId } }
  await made(`/servers/${server}/os-volume_attachments`, attached, 'member')
  await cloud.settled()
  const snapshotId = await snapshot(cloud, volumeId)
  const broken = await boot('broken')
  await cloud.store.transaction(async (tx) => {
    const at = Date.now()
    const record = await servers.get(tx, broken as ServerId)
    const fault = { code: 500, message: 'It broke', details: 'Somewhere', createdAt: at }
    await faults.add(tx, record.id, fault)
    await servers.change(tx, record, { vmState: 'error' }, at)
  })
  const resized = await boot('resized')
  const resize = { resize: { flavorRef: large.id } }
  const answer = await now('POST', `/servers/${resized}/action`, { body: resize })
  assert.equal(answer.status, 202, JSON.stringify(answer.body))
  await cloud.settled()
  const stopped = await boot('stopped')
  await now('POST', `/servers/${stopped}/action`, { body: { 'os-stop': null } })
  await cloud.settled()
  const share = '22222222-2222-4222-8222-222222222222'
  await made(`/servers/${stopped}/shares`, { share: { share_id: share } }, 'member')
  const gone = await boot('gone')
  await now('DELETE', `/servers/${gone}`, {})
  await cloud.settled()
  const all = await cloud.store.read(async (reader) => await hosts.list(reader))
  const network = await addNetwork(api)
  const attachment = { interfaceAttachment: { net_id: network } }
  await made(`/servers/${server}/os-interface`, attachment, 'member')
  await cloud.settled()
  const old = async (path: string, body: object) => (await ask('POST', path, { body })).body
  const { floating_ip: floating } = await old('/os-floating-ips', {})
  await old(`/servers/${server}/action`, { addFloatingIp: { address: floating.ip } })
  const about = { name: 'web', description: 'the web' }
  const { security_group: web } = await old('/os-security-groups', { security_group: about })
  const from = { parent_group_id: web.id, ip_protocol: 'tcp', from_port: 80, to_port: 80 }
  const rule = (await old('/os-security-group-rules', { security_group_rule: from }))
    .security_group_rule
  const wish = { remote_console: { protocol: 'vnc', type: 'novnc' } }
  const { url } = (await made(`/servers/${server}/remote-consoles`, wish)).remote_console
  const token = /[0-9a-f-]{36}$/.exec(url)?.[0] ?? ''
  const [{ port_id: port }] = (await now('GET', `/servers/${server}/os-interface`)).body
    .interfaceAttachments
  const { instanceActions } = (await now('GET', `/servers/${resized}/os-instance-actions`)).body
  const by = (id: (host: (typeof all)[number]) => string) =>
    Object.fromEntries(all.map((host) => [host.name, id(host)]))
  const host1 = all.find(({ name }) => name === 'host1')
  assert(host1 !== undefined)

  const inPath: Readonly<Record<string, readonly ((at: number) => string)[]>> = {
    '/servers/{id}': [server, broken, resized].map((id) => () => `/servers/${id}`),
    '/servers/{server_id}/metadata/{id}': [() => `/servers/${server}/metadata/a`],
    '/servers/{server_id}/tags/{id}': [() => `/servers/${server}/tags/tag`],
    '/servers/{server_id}/os-instance-actions/{id}': [
      () => `/servers/${resized}/os-instance-actions/${instanceActions[0].request_id}`,
    ],
    '/servers/{server_id}/ips/{id}': [() => `/servers/${server}/ips/private`],
    '/servers/{server_id}/os-volume_attachments/{id}': [
      () => `/servers/${server}/os-volume_attachments/${volumeId}`,
    ],
    '/servers/{server_id}/os-interface/{id}': [() => `/servers/${server}/os-interface/${port}`],
    '/servers/{server_id}/migrations/{id}': [],
    '/servers': [() => '/servers?limit=1', () => '/servers'],
    '/servers/detail': [() => '/servers/detail?limit=1', () => '/servers/detail'],
    '/os-volumes/{id}': [() => `/os-volumes/${volumeId}`],
    '/os-snapshots/{id}': [() => `/os-snapshots/${snapshotId}`],
    '/os-volumes_boot/{id}': [() => `/os-volumes_boot/${server}`],
    '/flavors': [() => '/flavors?limit=1', () => '/flavors'],
    '/flavors/{id}': [small, hidden].map(
      ({ id }) =>
        () =>
          `/flavors/${id}`,
    ),
    '/flavors/{flavor_id}/os-extra_specs': [() => `/flavors/${small.id}/os-extra_specs`],
    '/flavors/{flavor_id}/os-extra_specs/{id}': [() => `/flavors/${small.id}/os-extra_specs/spec`],
    '/flavors/{flavor_id}/os-flavor-access': [() => `/flavors/${hidden.id}/os-flavor-access`],
    '/os-keypairs/{id}': [() => '/os-keypairs/key'],
    '/os-server-groups/{id}': [() => `/os-server-groups/${group.id}`],
    '/os-aggregates/{id}': [() => `/os-aggregates/${aggregate.id}`],
    '/os-hypervisors/{id}': [
      (at) => `/os-hypervisors/${at < 53 ? host1.number : host1.providerId}`,
    ],
    '/os-hypervisors/{id}/uptime': [
      (at) => `/os-hypervisors/${at < 53 ? host1.number : host1.providerId}/uptime`,
    ],
    '/os-hypervisors/{id}/search': [() => '/os-hypervisors/host/search'],
    '/os-hypervisors/{id}/servers': [() => '/os-hypervisors/host/servers'],
    '/os-hypervisors': [
      () => '/os-hypervisors',
      (at) => (at < 53 ? '/os-hypervisors' : '/os-hypervisors?with_servers=true'),
      (at) => (at < 33 ? '/os-hypervisors' : '/os-hypervisors?limit=1'),
    ],
    '/os-hypervisors/detail': [
      () => '/os-hypervisors/detail',
      (at) => (at < 53 ? '/os-hypervisors/detail' : '/os-hypervisors/detail?with_servers=true'),
    ],
    '/os-migrations': [
      () => '/os-migrations',
      (at) => (at < 59 ? '/os-migrations' : '/os-migrations?limit=1'),
    ],
    '/os-quota-sets/{id}': [() => '/os-quota-sets/project-1'],
    '/os-quota-sets/{id}/detail': [() => '/os-quota-sets/project-1/detail'],
    '/os-quota-sets/{id}/defaults': [() => '/os-quota-sets/project-1/defaults'],
    '/os-quota-class-sets/{id}': [() => '/os-quota-class-sets/default'],
    '/os-simple-tenant-usage': [() => '/os-simple-tenant-usage?detailed=1'],
    '/os-simple-tenant-usage/{id}': [
      () => '/os-simple-tenant-usage/project-1',
      () => '/os-simple-tenant-usage/project-2',
    ],
    '/os-instance_usage_audit_log/{id}': [() => '/os-instance_usage_audit_log/2026-03-01 00:00:00'],
    '/extensions/{id}': [() => '/extensions/NMN'],
    '/servers/{server_id}/shares/{id}': [() => `/servers/${stopped}/shares/${share}`],
    '/servers/{server_id}/shares': [() => `/servers/${stopped}/shares`],
    '/images/{id}': [() => `/images/${image}`],
    '/images/{image_id}/metadata': [() => `/images/${image}/metadata`],
    '/images/{image_id}/metadata/{id}': [() => `/images/${image}/metadata/a`],
    '/os-networks/{id}': [() => `/os-networks/${network}`],
    '/os-tenant-networks/{id}': [() => `/os-tenant-networks/${network}`],
    '/os-floating-ips/{id}': [() => `/os-floating-ips/${floating.id}`],
    '/os-security-groups/{id}': [() => `/os-security-groups/${web.id}`],
    '/os-security-group-rules/{id}': [() => `/os-security-group-rules/${rule.id}`],
    '/os-hosts/{id}': [() => '/os-hosts/host1'],
    '/os-hosts/{id}/reboot': [() => '/os-hosts/host1/reboot'],
    '/os-hosts/{id}/shutdown': [() => '/os-hosts/host1/shutdown'],
    '/os-hosts/{id}/startup': [() => '/os-hosts/host1/startup'],
    '/os-baremetal-nodes/{id}': [() => '/os-baremetal-nodes/one'],
    '/os-console-auth-tokens/{id}': [() => `/os-console-auth-tokens/${token}`],
  }
  return {
    server,
    broken,
    resized,
    group: group.id,
    aggregate: aggregate.id,
    image,
    publicFlavor: small.id,
    privateFlavor: hidden.id,
    services: by(({ serviceId }) => serviceId),
    hypervisors: by(({ providerId }) => providerId),
    pathsOf: (template) =>
      inPath[template] ?? [() => template.replace('{server_id}', server).replace('{id}', server)],
  }
}
