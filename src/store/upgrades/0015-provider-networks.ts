/** What carries a network, where an admin says it. Two networks are not carried by the same. */
import type { Upgrade } from './upgrade.ts'

export const providerNetworks: Upgrade = {
  number: 15,
  name: 'provider networks',
  statements: () => [
    'ALTER TABLE networks ADD COLUMN provider_type TEXT',
    'ALTER TABLE networks ADD COLUMN physical_network TEXT',
    'ALTER TABLE networks ADD COLUMN provider_segment BIGINT',
    `CREATE UNIQUE INDEX networks_by_carrier
      ON networks (provider_type, COALESCE(physical_network, ''), COALESCE(provider_segment, 0))
      WHERE provider_type <> 'local'`,
  ],
}
