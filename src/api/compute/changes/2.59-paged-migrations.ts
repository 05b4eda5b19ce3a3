import { change, without, each } from '../change.ts'
import { lacking, tolerant, both } from '../schemas/json-schema.ts'

export default change('2.59', 'Migrations have a UUID and come in pages, newest first', {
  responses: each(['migration', 'serverMigration'], without('uuid')),
  queries: {
    'migrations.list': both(lacking('limit', 'marker', 'changes-since'), tolerant),
  },
  adopts: ['migrationsComeInPages'],
})
