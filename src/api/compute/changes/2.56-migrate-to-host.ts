import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { anything } from '../schemas/parts.ts'

export default change('2.56', 'A server can be cold migrated to a chosen host', {
  requests: { 'server.migrate': taking('migrate', anything) },
  adopts: ['coldMigrationToHost'],
})
