import { change, without, steps } from '../change.ts'
import { alsoLimiting, networkResources } from '../schemas/quotas.ts'
import { ofQuota } from './documents.ts'

export default change(
  '2.50',
  'The default quotas are those that count: server groups are among them, networks are not',
  {
    responses: {
      quotaClass: steps(
        without('server_groups', 'server_group_members'),
        ofQuota(...networkResources),
      ),
    },
    requests: {
      'quotaClasses.update': alsoLimiting('quota_class_set', ...networkResources),
    },
  },
)
