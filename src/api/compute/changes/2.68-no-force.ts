import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { flag } from '../schemas/parts.ts'

export default change(
  '2.68',
  'Moving a server to a chosen host can no longer skip the check of that host',
  {
    requests: {
      'server.migrateLive': taking('os-migrateLive.force', flag),
      'server.evacuate': taking('evacuate.force', flag),
    },
  },
)
