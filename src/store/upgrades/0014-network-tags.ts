/** Tags of records of the network. One column says what has it, so that a tag goes with what has it. */
import type { Upgrade } from './upgrade.ts'

export const networkTags: Upgrade = {
  number: 14,
  name: 'network tags',
  statements: () => [
    `CREATE TABLE network_tags (
      tag TEXT NOT NULL,
      network_id TEXT REFERENCES networks (id) ON DELETE CASCADE,
      subnet_id TEXT REFERENCES subnets (id) ON DELETE CASCADE,
      port_id TEXT REFERENCES ports (id) ON DELETE CASCADE,
      router_id TEXT REFERENCES routers (id) ON DELETE CASCADE,
      floating_ip_id TEXT REFERENCES floating_ips (id) ON DELETE CASCADE,
      security_group_id TEXT REFERENCES security_groups (id) ON DELETE CASCADE,
      UNIQUE (network_id, tag),
      UNIQUE (subnet_id, tag),
      UNIQUE (port_id, tag),
      UNIQUE (router_id, tag),
      UNIQUE (floating_ip_id, tag),
      UNIQUE (security_group_id, tag)
    )`,
  ],
}
