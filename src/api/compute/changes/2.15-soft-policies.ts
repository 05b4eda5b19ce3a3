import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { policiesList } from '../schemas/server-groups.ts'

export default change('2.15', 'The wishes of a server group can be soft', {
  requests: {
    'serverGroups.create': taking(
      'server_group.policies',
      policiesList('anti-affinity', 'affinity'),
    ),
  },
})
