import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '2.30',
  'The host that is chosen for a live migration is checked, unless that is forbidden',
  {
    requests: { 'server.migrateLive': lacking('os-migrateLive.force') },
    adopts: ['liveMigrationIsScheduled'],
  },
)
