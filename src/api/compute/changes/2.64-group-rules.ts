import type { ServerGroup } from '../../../domain/server-group.ts'
import { change, without, having, steps } from '../change.ts'
import { lacking, taking, demanding, both } from '../schemas/json-schema.ts'
import { policiesList } from '../schemas/server-groups.ts'

export default change(
  '2.64',
  'A server group has one policy with rules instead of a list of policies',
  {
    responses: {
      serverGroup: steps<ServerGroup>(
        without('policy', 'rules'),
        having(({ policy }) => ({ policies: [policy], metadata: {} })),
      ),
    },
    requests: {
      'serverGroups.create': both(
        lacking('server_group.policy', 'server_group.rules'),
        taking(
          'server_group.policies',
          policiesList('anti-affinity', 'affinity', 'soft-anti-affinity', 'soft-affinity'),
        ),
        demanding('server_group.policies'),
      ),
    },
    lifts: {
      'serverGroups.create': ({ server_group: group }) => {
        // It has passed the schema above.
        const { policies, ...rest } = group as { policies: readonly string[] }
        return { server_group: { ...rest, policy: policies[0] } }
      },
    },
  },
)
