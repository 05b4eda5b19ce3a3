import { change, having, each } from '../change.ts'
import { flavorKeys } from '../schemas/flavors.ts'
import { lacking, taking, tolerant, both } from '../schemas/json-schema.ts'
import { many } from '../schemas/queries.ts'

/** How much more of the network a flavor gets; text is taken as well. */
const factor = {
  type: ['number', 'string'],
  pattern: '^[0-9]+(\\.[0-9]+)?$',
  exclusiveMinimum: 0,
  maximum: 3.40282e38,
}
const sortKeys = many({ type: 'string', enum: [...flavorKeys, 'rxtx_factor'] })

export default change(
  '2.102',
  'Flavors can be found by name, lose what nothing reads, and no query is overlooked any more',
  {
    responses: {
      flavor: having(({ rxtxFactor, disabled }) => ({
        rxtx_factor: rxtxFactor,
        'OS-FLV-DISABLED:disabled': disabled,
      })),
    },
    requests: { 'flavors.create': taking('flavor.rxtx_factor', factor) },
    queries: {
      ...each(
        ['flavors.list', 'flavors.detail'],
        both(lacking('name'), taking('sort_key', sortKeys)),
      ),
      ...each(
        [
          'extensions.list',
          'extensions.show',
          'flavors.show',
          'flavor.specs.list',
          'flavor.specs.show',
          'flavor.access.list',
          'aggregates.list',
          'aggregates.show',
          'zones.list',
          'zones.detail',
          'audit.list',
          'audit.show',
          'quotaClasses.show',
          'serverGroups.show',
          'servers.show',
          'server.metadata.list',
          'server.metadata.show',
          'server.ips.list',
          'server.ips.show',
          'server.interfaces.list',
          'server.interfaces.show',
          'server.securityGroups.list',
          'server.diagnostics',
          'server.actions.show',
          'server.password.show',
          'server.topology',
          'server.migrations.list',
          'server.migrations.show',
        ],
        tolerant,
      ),
    },
  },
)
