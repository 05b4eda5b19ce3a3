/** Who may point to a port is found by it: a port that goes would otherwise be looked for in every router and floating address. */
import type { Upgrade } from './upgrade.ts'

export const portsOfRouters: Upgrade = {
  number: 17,
  name: 'ports of routers',
  statements: () => [
    'CREATE INDEX routers_of_gateway_port ON routers (gateway_port_id)',
    'CREATE INDEX floating_ips_of_own_port ON floating_ips (own_port_id)',
  ],
}
