/** Errors that are documented of everything that is no server. */
import { long, nobody } from './refusal.ts'
import type { Refusal, Scenery } from './refusal.ts'

export function refusalsOfNouns(of: Scenery): readonly Refusal[] {
  const { aggregate, publicFlavor, services } = of
  const flavor = { name: 'small', ram: 1, vcpus: 1, disk: 1 }
  return [
    [400, 'reader', 'GET /flavors/detail?limit=-1'],
    [400, 'reader', 'GET /flavors/detail?minRam=perhaps'],
    [400, 'admin', `PUT /flavors/${publicFlavor}`, { flavor: { description: 1 } }],
    [404, 'admin', `PUT /flavors/${nobody}`, { flavor: { description: 'what' } }],
    [400, 'admin', `POST /flavors/${publicFlavor}/action`, { addTenantAccess: { tenant: '' } }],
    [400, 'admin', `POST /flavors/${publicFlavor}/action`, { removeTenantAccess: { tenant: 1 } }],
    [404, 'reader', `GET /flavors/${nobody}/os-extra_specs`],
    [404, 'admin', `POST /flavors/${nobody}/os-extra_specs`, { extra_specs: { a: 'b' } }],
    [404, 'admin', `PUT /flavors/${nobody}/os-extra_specs/a`, { a: 'b' }],

    [400, 'admin', 'POST /os-aggregates', { aggregate: { name: long } }],
    [404, 'admin', 'GET /os-aggregates/99999'],
    [400, 'admin', `PUT /os-aggregates/${aggregate}`, { aggregate: {} }],
    [404, 'admin', 'PUT /os-aggregates/99999', { aggregate: { name: 'what' } }],
    [404, 'admin', 'DELETE /os-aggregates/99999'],
    [404, 'admin', `POST /os-aggregates/${aggregate}/action`, { remove_host: { host: 'what' } }],
    [404, 'admin', 'POST /os-aggregates/99999/action', { set_metadata: { metadata: { a: 'b' } } }],

    [404, 'admin', 'GET /os-hypervisors?hypervisor_hostname_pattern=what'],
    [404, 'admin', 'GET /os-hypervisors/detail?hypervisor_hostname_pattern=what'],
    [404, 'admin', 'GET /os-hypervisors/what/search', undefined, 52],
    [404, 'admin', 'GET /os-hypervisors/what/servers', undefined, 52],
    [404, 'admin', 'GET /os-hypervisors/99999/uptime', undefined, 52],
    [400, 'admin', 'GET /os-hypervisors/1/uptime', undefined, 53],
    [404, 'admin', `PUT /os-services/${nobody}`, { status: 'enabled' }],
    [400, 'member', `GET /os-quota-sets/${nobody}/defaults`],

    [400, 'reader', 'GET /flavors?limit=-1'],
    [400, 'admin', 'POST /flavors', { flavor: { ...flavor, ram: 0 } }],
    [409, 'admin', 'POST /flavors', { flavor }],
    [404, 'admin', `DELETE /flavors/${nobody}`],
    [404, 'admin', `GET /flavors/${publicFlavor}/os-flavor-access`],
    [400, 'admin', `POST /flavors/${publicFlavor}/os-extra_specs`, { extra_specs: { '/': 'b' } }],
    [404, 'reader', `GET /flavors/${publicFlavor}/os-extra_specs/nothing`],

    [400, 'member', 'GET /os-keypairs?limit=-1'],
    [404, 'member', 'GET /os-keypairs/nothing'],
    [400, 'member', 'POST /os-server-groups', { server_group: { name: 'g', policy: 'what' } }],

    [409, 'admin', 'POST /os-aggregates', { aggregate: { name: 'aggregate' } }],
    [400, 'admin', 'GET /os-aggregates/what'],
    [404, 'admin', `POST /os-aggregates/${aggregate}/action`, { add_host: { host: 'what' } }],
    [404, 'admin', 'POST /os-aggregates/99999/images', { cache: [{ id: nobody }] }],

    [400, 'admin', 'GET /os-hypervisors?limit=-1'],
    [400, 'admin', 'GET /os-hypervisors/detail?limit=-1'],
    [400, 'admin', 'GET /os-hypervisors/1'],
    [404, 'admin', `GET /os-hypervisors/${nobody}`],
    [400, 'admin', 'DELETE /os-services/1'],
    [409, 'admin', `DELETE /os-services/${services['host1']}`],

    [400, 'reader', 'GET /os-quota-sets/project-1?what=else'],
    [400, 'admin', `GET /os-quota-sets/${nobody}/detail`],
    [400, 'admin', 'PUT /os-quota-class-sets/default', { quota_class_set: { cores: -2 } }],
    [400, 'admin', 'GET /os-simple-tenant-usage?start=what'],
    [400, 'reader', 'GET /os-simple-tenant-usage/project-1?end=what'],
    [404, 'reader', 'GET /extensions/what'],
    [400, 'admin', 'GET /os-instance_usage_audit_log/what'],
    [
      404,
      'service',
      `DELETE /os-assisted-volume-snapshots/${nobody}?delete_info={"volume_id":"x"}`,
    ],
  ]
}
