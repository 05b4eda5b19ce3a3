import { change, without, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.80', 'A migration shows whose it is, and can be found by it', {
  responses: each(['migration', 'serverMigration'], without('user_id', 'project_id')),
  queries: { 'migrations.list': lacking('user_id', 'project_id') },
})
