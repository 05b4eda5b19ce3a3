/** Flavors, key pairs, groups, aggregates, services, quotas: made, changed and taken away in the words of each version. */
import type { Chapter } from './chapter.ts'
import { booting } from './chapters-of-servers.ts'

const flavor: Chapter = {
  title: 'a flavor is made, given to a project and taken from it, and goes',
  versions: [1, 7, 55, 61, 75, 86, 102],
  steps: [
    {
      ask: 'POST /flavors',
      body: {
        flavor: { name: 'own', ram: 64, vcpus: 1, disk: 1, 'os-flavor-access:is_public': false },
      },
      status: 200,
      answer: { flavor: { name: 'own', ram: 64, 'os-flavor-access:is_public': false } },
      keeps: { flavor: 'flavor.id' },
    },
    {
      ask: 'POST /flavors/{flavor}/action',
      body: { addTenantAccess: { tenant: 'project-2' } },
      status: 200,
      answer: { flavor_access: [{ flavor_id: '{flavor}', tenant_id: 'project-2' }] },
    },
    {
      ask: 'POST /flavors/{flavor}/action',
      body: { addTenantAccess: { tenant: 'project-2' } },
      status: 409,
    },
    {
      ask: 'POST /flavors/{flavor}/action',
      body: { removeTenantAccess: { tenant: 'project-2' } },
      status: 200,
      answer: { flavor_access: [] },
    },
    {
      ask: 'POST /flavors/{flavor}/os-extra_specs',
      body: { extra_specs: { 'hw:cpu_policy': 'shared' } },
      status: 200,
    },
    {
      ask: 'PUT /flavors/{flavor}/os-extra_specs/hw:cpu_policy',
      body: { 'hw:cpu_policy': 'dedicated' },
      status: 200,
      answer: { 'hw:cpu_policy': 'dedicated' },
    },
    { ask: 'DELETE /flavors/{flavor}/os-extra_specs/hw:cpu_policy', status: 200 },
    { ask: 'DELETE /flavors/{flavor}', status: 202 },
    { ask: 'GET /flavors/{flavor}', status: 404 },
  ],
}

const keypair: Chapter = {
  title: 'a key pair is brought along and goes',
  versions: [1, 2, 10, 92],
  steps: [
    {
      ask: 'POST /os-keypairs',
      as: 'member',
      body: { keypair: { name: 'mine', public_key: '{key}' } },
      until: 1,
      status: 200,
      answer: { keypair: { name: 'mine', user_id: 'user-1' } },
    },
    {
      ask: 'POST /os-keypairs',
      as: 'member',
      body: { keypair: { name: 'mine', public_key: '{key}', type: 'ssh' } },
      from: 2,
      status: 201,
      answer: { keypair: { name: 'mine', type: 'ssh' } },
    },
    {
      ask: 'POST /os-keypairs',
      as: 'member',
      body: { keypair: { name: 'mine', public_key: '{key}' } },
      status: 409,
    },
    { ask: 'DELETE /os-keypairs/mine', as: 'member', until: 1, status: 202 },
    { ask: 'DELETE /os-keypairs/mine', as: 'member', from: 2, status: 204 },
    {
      ask: 'POST /os-keypairs',
      body: { keypair: { name: 'theirs', public_key: '{key}', user_id: 'user-1' } },
      from: 10,
      status: 201,
      answer: { keypair: { user_id: 'user-1' } },
    },
    { ask: 'GET /os-keypairs/theirs', as: 'member', from: 10, status: 200 },
    { ask: 'DELETE /os-keypairs/theirs?user_id=user-1', from: 10, status: 204 },
  ],
}

const group: Chapter = {
  title: 'a group of servers is made and goes',
  versions: [1, 13, 15, 64],
  toldBy: ['manager', 'admin', 'other'],
  steps: [
    {
      ask: 'POST /os-server-groups',
      as: 'member',
      body: { server_group: { name: 'group', policies: ['anti-affinity'] } },
      until: 63,
      status: 200,
      answer: { server_group: { policies: ['anti-affinity'] } },
      keeps: { group: 'server_group.id' },
    },
    {
      ask: 'POST /os-server-groups',
      as: 'member',
      body: {
        server_group: {
          name: 'group',
          policy: 'anti-affinity',
          rules: { max_server_per_host: 2 },
        },
      },
      from: 64,
      status: 200,
      answer: { server_group: { policy: 'anti-affinity', rules: { max_server_per_host: 2 } } },
      keeps: { group: 'server_group.id' },
    },
    { ask: 'DELETE /os-server-groups/{group}', as: 'member', status: 204 },
    { ask: 'DELETE /os-server-groups/{group}', as: 'member', status: 404 },
  ],
}

const aggregate: Chapter = {
  title: 'hosts are put into an aggregate and taken out, and it goes',
  versions: [1, 41, 81],
  steps: [
    {
      ask: 'POST /os-aggregates',
      body: { aggregate: { name: 'some', availability_zone: 'zone' } },
      status: 200,
      keeps: { aggregate: 'aggregate.id' },
    },
    {
      ask: 'POST /os-aggregates/{aggregate}/action',
      body: { add_host: { host: 'host1' } },
      status: 200,
      answer: { aggregate: { hosts: ['host1'], availability_zone: 'zone' } },
    },
    {
      ask: 'POST /os-aggregates/{aggregate}/action',
      body: { add_host: { host: 'host1' } },
      status: 409,
    },
    { ask: 'DELETE /os-aggregates/{aggregate}', status: 400 },
    {
      ask: 'POST /os-aggregates/{aggregate}/images',
      body: { cache: [{ id: '{image}' }] },
      from: 81,
      status: 202,
    },
    booting('server', 'host1', 'zone'),
    {
      ask: 'POST /os-aggregates/{aggregate}/action',
      body: { remove_host: { host: 'host1' } },
      status: 409,
    },
    { ask: 'DELETE /servers/{server}', status: 204 },
    {
      ask: 'POST /os-aggregates/{aggregate}/action',
      body: { remove_host: { host: 'host1' } },
      status: 200,
      answer: { aggregate: { hosts: [] } },
    },
    { ask: 'DELETE /os-aggregates/{aggregate}', status: 200 },
    { ask: 'GET /os-aggregates/{aggregate}', status: 404 },
  ],
}

const serviceByWord = { host: 'host2', binary: 'nova-compute' }
const service: Chapter = {
  title: 'a service is taken out of use and back, and its host forgotten',
  versions: [1, 11, 53, 69],
  steps: [
    {
      ask: 'GET /os-services?host=host2',
      status: 200,
      keeps: { service: 'services.0.id' },
    },
    {
      ask: 'PUT /os-services/disable-log-reason',
      body: { ...serviceByWord, disabled_reason: 'repair' },
      until: 52,
      status: 200,
      answer: { service: { status: 'disabled', disabled_reason: 'repair' } },
    },
    {
      ask: 'PUT /os-services/enable',
      body: serviceByWord,
      until: 52,
      status: 200,
      answer: { service: { ...serviceByWord, status: 'enabled' } },
    },
    {
      ask: 'PUT /os-services/force-down',
      body: { ...serviceByWord, forced_down: true },
      from: 11,
      until: 52,
      status: 200,
      answer: { service: { ...serviceByWord, forced_down: true } },
    },
    {
      ask: 'PUT /os-services/{service}',
      body: { status: 'disabled', disabled_reason: 'repair' },
      from: 53,
      status: 200,
      answer: { service: { status: 'disabled', disabled_reason: 'repair' } },
    },
    { ask: 'DELETE /os-services/{service}', status: 204 },
    { ask: 'DELETE /os-services/{service}', status: 404 },
    { ask: 'GET /os-services?host=host2', status: 200, answer: { services: [] } },
  ],
}

const quota: Chapter = {
  title: 'limits are set for a project and for one of its users, and forgotten',
  versions: [1, 36, 57, 75],
  steps: [
    {
      ask: 'PUT /os-quota-sets/project-1',
      body: { quota_set: { cores: 7 } },
      status: 200,
      answer: { quota_set: { cores: 7, instances: 10 } },
    },
    {
      ask: 'PUT /os-quota-sets/project-1?user_id=user-1',
      body: { quota_set: { cores: 8 } },
      status: 400,
      answer: {
        badRequest: { message: 'Quota limit 8 for cores must be less than or equal to 7.' },
      },
    },
    {
      ask: 'PUT /os-quota-sets/project-1?user_id=user-1',
      body: { quota_set: { cores: 3 } },
      status: 200,
      answer: { quota_set: { cores: 3 } },
    },
    {
      ask: 'GET /os-quota-sets/project-1?user_id=user-1',
      as: 'reader',
      status: 200,
      answer: { quota_set: { id: 'project-1', cores: 3 } },
    },
    {
      ask: 'GET /os-quota-sets/project-1/detail?user_id=user-1',
      status: 200,
      answer: { quota_set: { cores: { limit: 3, in_use: 0, reserved: 0 } } },
    },
    { ask: 'DELETE /os-quota-sets/project-1?user_id=user-1', status: 202 },
    {
      ask: 'GET /os-quota-sets/project-1?user_id=user-1',
      status: 200,
      answer: { quota_set: { cores: 7 } },
    },
    { ask: 'DELETE /os-quota-sets/project-1', status: 202 },
    { ask: 'GET /os-quota-sets/project-1', status: 200, answer: { quota_set: { cores: 20 } } },
  ],
}

const oldest: Chapter = {
  title: 'what there is, in the oldest words',
  versions: [1],
  steps: [
    { ask: 'GET /flavors', as: 'reader', status: 200, answer: { flavors: [{}, {}] } },
    { ask: 'GET /flavors/detail', as: 'reader', status: 200 },
    {
      ask: 'GET /flavors/small',
      as: 'reader',
      status: 200,
      answer: { flavor: { id: 'small', vcpus: 1 } },
    },
    { ask: 'GET /os-migrations', status: 200, answer: { migrations: [] } },
    {
      ask: 'GET /os-quota-sets/project-1/defaults',
      as: 'reader',
      status: 200,
      answer: { quota_set: { id: 'project-1', cores: 20, floating_ips: -1 } },
    },
    {
      ask: 'PUT /os-hosts/host2',
      body: { status: 'disable' },
      status: 200,
      answer: { host: 'host2', status: 'disabled' },
    },
  ],
}

export const chaptersOfNouns: readonly Chapter[] = [
  flavor,
  keypair,
  group,
  aggregate,
  service,
  quota,
  oldest,
]
