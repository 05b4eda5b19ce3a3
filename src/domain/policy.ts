/**
 * Who may do what in the compute service: a table from rule to role, OpenStack's defaults.
 *
 * A rule's name is the one that operators know from policy files, without its prefix. A project role counts only for what
 * belongs to the caller's own project; an admin may do everything everywhere. A token that is not scoped to a project may do
 * nothing here.
 */
import type { Identity } from './identity.ts'

/**
 * - `any`: whoever has a token for a project.
 * - `reader`, `member`, `manager`: that role on the project that owns the object, or admin.
 * - `owner`: the user whom the object belongs to, or admin.
 * - `service`: another service of the cloud, or admin.
 */
export type Need = 'any' | 'reader' | 'member' | 'manager' | 'owner' | 'service' | 'admin'

export const policy = {
  'compute:aggregates:images': 'admin',
  'compute:server:topology:host:index': 'admin',
  'compute:server:topology:index': 'reader',
  extensions: 'any',
  'ips:index': 'reader',
  'ips:show': 'reader',
  limits: 'any',
  'limits:other_project': 'admin',
  'network:attach_external_network': 'admin',
  'os-admin-actions:inject_network_info': 'admin',
  'os-admin-actions:reset_state': 'admin',
  'os-admin-password': 'member',
  'os-aggregates:add_host': 'admin',
  'os-aggregates:create': 'admin',
  'os-aggregates:delete': 'admin',
  'os-aggregates:index': 'admin',
  'os-aggregates:remove_host': 'admin',
  'os-aggregates:set_metadata': 'admin',
  'os-aggregates:show': 'admin',
  'os-aggregates:update': 'admin',
  'os-assisted-volume-snapshots:create': 'service',
  'os-assisted-volume-snapshots:delete': 'service',
  'os-attach-interfaces:create': 'member',
  'os-attach-interfaces:delete': 'member',
  'os-attach-interfaces:list': 'reader',
  'os-attach-interfaces:show': 'reader',
  'os-availability-zone:detail': 'admin',
  'os-availability-zone:list': 'any',
  'os-baremetal-nodes:list': 'admin',
  'os-baremetal-nodes:show': 'admin',
  'os-console-auth-tokens': 'admin',
  'os-console-output': 'member',
  'os-create-backup': 'member',
  'os-deferred-delete:force': 'member',
  'os-deferred-delete:restore': 'member',
  'os-evacuate': 'admin',
  'os-extended-server-attributes': 'admin',
  'os-flavor-access': 'admin',
  'os-flavor-access:add_tenant_access': 'admin',
  'os-flavor-access:remove_tenant_access': 'admin',
  'os-flavor-extra-specs:create': 'admin',
  'os-flavor-extra-specs:delete': 'admin',
  'os-flavor-extra-specs:index': 'reader',
  'os-flavor-extra-specs:show': 'reader',
  'os-flavor-extra-specs:update': 'admin',
  'os-flavor-manage:create': 'admin',
  'os-flavor-manage:delete': 'admin',
  'os-flavor-manage:update': 'admin',
  'os-floating-ip-pools': 'any',
  'os-floating-ips:add': 'member',
  'os-floating-ips:create': 'member',
  'os-floating-ips:delete': 'member',
  'os-floating-ips:list': 'reader',
  'os-floating-ips:remove': 'member',
  'os-floating-ips:show': 'reader',
  'os-hosts:list': 'admin',
  'os-hosts:reboot': 'admin',
  'os-hosts:show': 'admin',
  'os-hosts:shutdown': 'admin',
  'os-hosts:start': 'admin',
  'os-hosts:update': 'admin',
  'os-hypervisors:list': 'admin',
  'os-hypervisors:list-detail': 'admin',
  'os-hypervisors:search': 'admin',
  'os-hypervisors:servers': 'admin',
  'os-hypervisors:show': 'admin',
  'os-hypervisors:statistics': 'admin',
  'os-hypervisors:uptime': 'admin',
  'os-instance-actions:events': 'admin',
  'os-instance-actions:events:details': 'admin',
  'os-instance-actions:list': 'reader',
  'os-instance-actions:show': 'reader',
  'os-instance-usage-audit-log:list': 'admin',
  'os-instance-usage-audit-log:show': 'admin',
  'os-keypairs:create': 'owner',
  'os-keypairs:delete': 'owner',
  'os-keypairs:index': 'owner',
  'os-keypairs:show': 'owner',
  'os-lock-server:lock': 'member',
  'os-lock-server:unlock': 'member',
  'os-lock-server:unlock:unlock_override': 'admin',
  'os-migrate-server:migrate': 'manager',
  'os-migrate-server:migrate:host': 'admin',
  'os-migrate-server:migrate_live': 'manager',
  'os-migrate-server:migrate_live:host': 'admin',
  'os-migrations:index': 'manager',
  'os-migrations:index:all_projects': 'admin',
  'os-migrations:index:host': 'admin',
  'os-multinic:add': 'member',
  'os-multinic:remove': 'member',
  'os-networks:list': 'reader',
  'os-networks:show': 'reader',
  'os-pause-server:pause': 'member',
  'os-pause-server:unpause': 'member',
  'os-quota-class-sets:show': 'admin',
  'os-quota-class-sets:update': 'admin',
  'os-quota-sets:defaults': 'any',
  'os-quota-sets:delete': 'admin',
  'os-quota-sets:detail': 'reader',
  'os-quota-sets:show': 'reader',
  'os-quota-sets:update': 'admin',
  'os-remote-consoles': 'member',
  'os-rescue': 'member',
  'os-security-groups:add': 'member',
  'os-security-groups:create': 'member',
  'os-security-groups:delete': 'member',
  'os-security-groups:get': 'reader',
  'os-security-groups:list': 'reader',
  'os-security-groups:remove': 'member',
  'os-security-groups:rule:create': 'member',
  'os-security-groups:rule:delete': 'member',
  'os-security-groups:show': 'reader',
  'os-security-groups:update': 'member',
  'os-server-diagnostics': 'admin',
  'os-server-external-events:create': 'service',
  'os-server-groups:create': 'member',
  'os-server-groups:delete': 'member',
  'os-server-groups:index': 'reader',
  'os-server-groups:index:all_projects': 'admin',
  'os-server-groups:show': 'reader',
  'os-server-password:clear': 'member',
  'os-server-password:show': 'reader',
  'os-server-shares:create': 'member',
  'os-server-shares:delete': 'member',
  'os-server-shares:index': 'reader',
  'os-server-shares:show': 'reader',
  'os-server-tags:delete': 'member',
  'os-server-tags:delete_all': 'member',
  'os-server-tags:index': 'reader',
  'os-server-tags:show': 'reader',
  'os-server-tags:update': 'member',
  'os-server-tags:update_all': 'member',
  'os-services:delete': 'admin',
  'os-services:list': 'admin',
  'os-services:update': 'admin',
  'os-shelve:shelve': 'member',
  'os-shelve:shelve_offload': 'admin',
  'os-shelve:unshelve': 'member',
  'os-shelve:unshelve_to_host': 'admin',
  'os-simple-tenant-usage:list': 'admin',
  'os-simple-tenant-usage:show': 'reader',
  'os-suspend-server:resume': 'member',
  'os-suspend-server:suspend': 'member',
  'os-tenant-networks:list': 'reader',
  'os-tenant-networks:show': 'reader',
  'os-unrescue': 'member',
  'os-volumes-attachments:create': 'member',
  'os-volumes-attachments:delete': 'member',
  'os-volumes-attachments:index': 'reader',
  'os-volumes-attachments:show': 'reader',
  'os-volumes-attachments:swap': 'service',
  'os-volumes-attachments:update': 'member',
  'os-volumes:create': 'member',
  'os-volumes:delete': 'member',
  'os-volumes:detail': 'reader',
  'os-volumes:list': 'reader',
  'os-volumes:show': 'reader',
  'os-volumes:snapshots:create': 'member',
  'os-volumes:snapshots:delete': 'member',
  'os-volumes:snapshots:detail': 'reader',
  'os-volumes:snapshots:list': 'reader',
  'os-volumes:snapshots:show': 'reader',
  'server-metadata:create': 'member',
  'server-metadata:delete': 'member',
  'server-metadata:index': 'reader',
  'server-metadata:show': 'reader',
  'server-metadata:update': 'member',
  'server-metadata:update_all': 'member',
  'servers:allow_all_filters': 'admin',
  'servers:confirm_resize': 'member',
  'servers:create': 'member',
  'servers:create:attach_network': 'member',
  'servers:create:attach_volume': 'member',
  'servers:create:forced_host': 'admin',
  'servers:create:requested_destination': 'admin',
  'servers:create:trusted_certs': 'member',
  'servers:create:zero_disk_flavor': 'admin',
  'servers:create_image': 'member',
  'servers:create_image:allow_volume_backed': 'member',
  'servers:delete': 'member',
  'servers:detail': 'reader',
  'servers:detail:get_all_tenants': 'admin',
  'servers:index': 'reader',
  'servers:index:get_all_tenants': 'admin',
  'servers:migrations:delete': 'manager',
  'servers:migrations:force_complete': 'manager',
  'servers:migrations:index': 'manager',
  'servers:migrations:index:host': 'admin',
  'servers:migrations:show': 'admin',
  'servers:reboot': 'member',
  'servers:rebuild': 'member',
  'servers:rebuild:trusted_certs': 'member',
  'servers:resize': 'member',
  'servers:revert_resize': 'member',
  'servers:show': 'reader',
  'servers:show:flavor-extra-specs': 'reader',
  'servers:show:host_status': 'admin',
  'servers:show:host_status:unknown-only': 'admin',
  'servers:start': 'member',
  'servers:stop': 'member',
  'servers:trigger_crash_dump': 'member',
  'servers:update': 'member',
} as const satisfies Readonly<Record<string, Need>>

export type Rule = keyof typeof policy

/** What a decision is about: whose it is. */
export type Target = { readonly projectId?: string | null; readonly userId?: string | null }

/** Whether the rule lets the caller do it to this target; without one, to what is the caller's own. */
export function allows(who: Identity, rule: Rule, target: Target = who): boolean {
  if (who.projectId === null || who.systemScoped) return false
  if (who.roles.has('admin')) return true
  const need: Need = policy[rule]
  switch (need) {
    case 'any':
      return true
    case 'owner':
      return target.userId === who.userId
    case 'reader':
    case 'member':
    case 'manager':
      return who.roles.has(need) && target.projectId === who.projectId
    case 'service':
      return who.roles.has('service')
    case 'admin':
      return false
  }
}

/** The rule as policy files spell it. */
export function fullNameOf(rule: Rule): string {
  return /^(compute|network):/.test(rule) ? rule : `os_compute_api:${rule}`
}
