/** Networks, subnets, ports and their addresses, security groups, routers, floating addresses. */
import type { Upgrade } from './upgrade.ts'

const kept = `
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  revision BIGINT NOT NULL`

export const network: Upgrade = {
  number: 6,
  name: 'network',
  statements: ({ identity }) => [
    `CREATE TABLE networks (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      admin_up BIGINT NOT NULL,
      shared BIGINT NOT NULL,
      external BIGINT NOT NULL,
      is_default BIGINT NOT NULL,
      mtu BIGINT NOT NULL,
      port_security BIGINT NOT NULL,
      ${kept}
    )`,
    'CREATE INDEX networks_of_project ON networks (project_id)',
    `CREATE TABLE subnets (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      network_id TEXT NOT NULL REFERENCES networks (id),
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      ip_version BIGINT NOT NULL,
      cidr TEXT NOT NULL,
      gateway TEXT,
      dhcp BIGINT NOT NULL,
      details TEXT NOT NULL,
      ${kept}
    )`,
    'CREATE INDEX subnets_of_network ON subnets (network_id)',
    `CREATE TABLE ports (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      network_id TEXT NOT NULL REFERENCES networks (id),
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      admin_up BIGINT NOT NULL,
      mac TEXT NOT NULL,
      device_id TEXT NOT NULL,
      device_owner TEXT NOT NULL,
      status TEXT NOT NULL,
      port_security BIGINT NOT NULL,
      made_for TEXT,
      details TEXT NOT NULL,
      ${kept},
      UNIQUE (network_id, mac)
    )`,
    'CREATE INDEX ports_of_device ON ports (device_id)',
    'CREATE INDEX ports_of_project ON ports (project_id)',
    `CREATE TABLE port_addresses (
      subnet_id TEXT NOT NULL REFERENCES subnets (id),
      address TEXT NOT NULL,
      position BIGINT,
      port_id TEXT NOT NULL REFERENCES ports (id) ON DELETE CASCADE,
      ordinal BIGINT NOT NULL,
      PRIMARY KEY (subnet_id, address)
    )`,
    'CREATE UNIQUE INDEX port_addresses_in_order ON port_addresses (subnet_id, position)',
    'CREATE INDEX port_addresses_of_port ON port_addresses (port_id)',
    `CREATE TABLE port_bindings (
      port_id TEXT NOT NULL REFERENCES ports (id) ON DELETE CASCADE,
      host TEXT NOT NULL,
      active BIGINT CHECK (active = 1),
      vnic_type TEXT NOT NULL,
      profile TEXT NOT NULL,
      PRIMARY KEY (port_id, host),
      UNIQUE (port_id, active)
    )`,
    'CREATE INDEX port_bindings_on_host ON port_bindings (host)',
    `CREATE TABLE security_groups (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      stateful BIGINT NOT NULL,
      default_of TEXT UNIQUE,
      ${kept}
    )`,
    'CREATE INDEX security_groups_of_project ON security_groups (project_id)',
    `CREATE TABLE security_group_rules (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      group_id TEXT NOT NULL REFERENCES security_groups (id) ON DELETE CASCADE,
      project_id TEXT NOT NULL,
      direction TEXT NOT NULL,
      ethertype TEXT NOT NULL,
      protocol TEXT,
      port_min BIGINT,
      port_max BIGINT,
      remote_prefix TEXT,
      remote_group_id TEXT REFERENCES security_groups (id) ON DELETE CASCADE,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    'CREATE INDEX security_group_rules_of_group ON security_group_rules (group_id)',
    `CREATE TABLE port_security_groups (
      port_id TEXT NOT NULL REFERENCES ports (id) ON DELETE CASCADE,
      group_id TEXT NOT NULL REFERENCES security_groups (id),
      PRIMARY KEY (port_id, group_id)
    )`,
    'CREATE INDEX port_security_groups_by_group ON port_security_groups (group_id)',
    `CREATE TABLE routers (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      name TEXT NOT NULL,
      admin_up BIGINT NOT NULL,
      gateway_port_id TEXT REFERENCES ports (id),
      gateway_network_id TEXT REFERENCES networks (id),
      snat BIGINT NOT NULL,
      routes TEXT NOT NULL,
      ${kept}
    )`,
    `CREATE TABLE floating_ips (
      number ${identity},
      id TEXT NOT NULL UNIQUE,
      project_id TEXT NOT NULL,
      network_id TEXT NOT NULL REFERENCES networks (id),
      address TEXT NOT NULL,
      own_port_id TEXT NOT NULL REFERENCES ports (id),
      port_id TEXT REFERENCES ports (id),
      fixed_address TEXT,
      router_id TEXT,
      ${kept},
      UNIQUE (port_id, fixed_address)
    )`,
    'CREATE INDEX floating_ips_of_project ON floating_ips (project_id)',
    `CREATE TABLE network_quotas (
      project_id TEXT NOT NULL,
      resource TEXT NOT NULL,
      "limit" BIGINT NOT NULL,
      PRIMARY KEY (project_id, resource)
    )`,
  ],
}
