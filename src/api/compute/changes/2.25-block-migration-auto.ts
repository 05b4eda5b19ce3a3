import { change } from '../change.ts'
import { taking, demanding, both } from '../schemas/json-schema.ts'
import { flag } from '../schemas/parts.ts'

export default change(
  '2.25',
  'Whether disks are copied in a live migration can be left to the cloud',
  {
    requests: {
      'server.migrateLive': both(
        taking('os-migrateLive.block_migration', flag),
        taking('os-migrateLive.disk_over_commit', flag),
        demanding('os-migrateLive.disk_over_commit'),
      ),
    },
  },
)
