/** The doors to other services, as long as each was open, and those through which the volume service comes in. */
import type { Chapter } from './chapter.ts'
import { booting } from './chapters-of-servers.ts'

const member = { as: 'member' } as const

const doors: Chapter = {
  title: 'volumes and snapshots are made and go by the old door',
  versions: [1, 35],
  toldBy: ['manager', 'admin', 'other'],
  steps: [
    {
      ask: 'POST /os-volumes',
      ...member,
      body: { volume: { size: 1, display_name: 'old' } },
      status: 200,
      answer: { volume: { size: 1, displayName: 'old' } },
      keeps: { made: 'volume.id' },
    },
    {
      ask: 'POST /os-snapshots',
      ...member,
      body: { snapshot: { volume_id: '{made}' } },
      status: 200,
      answer: { snapshot: { volumeId: '{made}' } },
      keeps: { snapshot: 'snapshot.id' },
    },
    {
      ask: 'POST /os-assisted-volume-snapshots',
      as: 'service',
      body: {
        snapshot: {
          volume_id: '{made}',
          create_info: { snapshot_id: '{snapshot}', type: 'qcow2', new_file: 'file' },
        },
      },
      status: 400,
    },
    { ask: 'GET /os-volumes/{made}', ...member, status: 200, answer: { volume: { size: 1 } } },
    { ask: 'GET /os-snapshots/{snapshot}', ...member, status: 200 },
    { ask: 'DELETE /os-volumes/{made}', ...member, status: 400 },
    { ask: 'DELETE /os-snapshots/{snapshot}', ...member, status: 202 },
    { ask: 'DELETE /os-snapshots/{snapshot}', ...member, status: 404 },
    { ask: 'DELETE /os-volumes/{made}', ...member, status: 202 },
    { ask: 'DELETE /os-volumes/{made}', ...member, status: 404 },
  ],
}

const assisted: Chapter = {
  title: 'the volume service asks a hypervisor to help with a snapshot',
  versions: [1, 75],
  teller: 'service',
  toldBy: ['admin'],
  steps: [
    booting('server'),
    {
      ask: 'POST /servers/{server}/os-volume_attachments',
      ...member,
      body: { volumeAttachment: { volumeId: '{volume}' } },
      at: 1,
      status: 200,
    },
    {
      ask: 'POST /os-assisted-volume-snapshots',
      as: 'service',
      body: {
        snapshot: {
          volume_id: '{volume}',
          create_info: { snapshot_id: '{nobody}', type: 'qcow2', new_file: 'file', id: '{nobody}' },
        },
      },
      status: 200,
      answer: { snapshot: { id: '{nobody}', volumeId: '{volume}' } },
    },
    {
      ask: 'DELETE /os-assisted-volume-snapshots/{nobody}?delete_info={of_volume}',
      as: 'service',
      status: 204,
    },
  ],
}

const rules: Chapter = {
  title: 'a security group and its rules are made, changed and taken away by the old door',
  versions: [1, 35],
  toldBy: ['manager', 'admin', 'other'],
  steps: [
    {
      ask: 'POST /os-security-groups',
      ...member,
      body: { security_group: { name: 'web', description: 'the web' } },
      status: 200,
      keeps: { group: 'security_group.id' },
    },
    {
      ask: 'PUT /os-security-groups/{group}',
      ...member,
      body: { security_group: { name: 'net', description: 'the net' } },
      status: 200,
      answer: { security_group: { name: 'net', description: 'the net' } },
    },
    {
      ask: 'POST /os-security-group-rules',
      ...member,
      body: {
        security_group_rule: {
          parent_group_id: '{group}',
          ip_protocol: 'tcp',
          from_port: 80,
          to_port: 80,
        },
      },
      status: 200,
      keeps: { rule: 'security_group_rule.id' },
    },
    { ask: 'DELETE /os-security-group-rules/{rule}', ...member, status: 202 },
    { ask: 'DELETE /os-security-group-rules/{rule}', ...member, status: 404 },
    { ask: 'GET /os-security-groups/{group}', ...member, status: 200 },
    { ask: 'DELETE /os-security-groups/{group}', ...member, status: 202 },
    { ask: 'GET /os-security-groups/{group}', ...member, status: 404 },
  ],
}

const images: Chapter = {
  title: 'what is said of an image is added to, replaced and taken back',
  versions: [1, 38],
  steps: [
    {
      ask: 'POST /images/{image}/metadata',
      as: 'member',
      body: { metadata: { a: 'b', c: 'd' } },
      status: 200,
      answer: { metadata: { a: 'b', c: 'd' } },
    },
    {
      ask: 'PUT /images/{image}/metadata/a',
      as: 'member',
      body: { meta: { a: 'e' } },
      status: 200,
      answer: { meta: { a: 'e' } },
    },
    {
      ask: 'PUT /images/{image}/metadata',
      as: 'member',
      body: { metadata: { f: 'g' } },
      status: 200,
      answer: { metadata: { f: 'g' } },
    },
    { ask: 'DELETE /images/{image}/metadata/f', as: 'member', status: 204 },
    { ask: 'GET /images/{image}/metadata/f', as: 'member', status: 404 },
    { ask: 'DELETE /images/{image}', as: 'member', until: 35, status: 204 },
    { ask: 'GET /images/{image}', as: 'member', until: 35, status: 404 },
  ],
}

const floating: Chapter = {
  title: 'a floating address comes from the pool and goes back by the old door',
  versions: [1, 35],
  toldBy: ['manager', 'admin', 'other'],
  steps: [
    {
      ask: 'POST /os-floating-ips',
      ...member,
      body: {},
      status: 200,
      keeps: { ip: 'floating_ip.id' },
    },
    {
      ask: 'GET /os-floating-ips/{ip}',
      ...member,
      status: 200,
      answer: { floating_ip: { id: '{ip}', pool: 'public', instance_id: null } },
    },
    { ask: 'DELETE /os-floating-ips/{ip}', ...member, status: 202 },
    { ask: 'GET /os-floating-ips/{ip}', ...member, status: 404 },
  ],
}

export const chaptersOfDoors: readonly Chapter[] = [floating, doors, assisted, rules, images]
