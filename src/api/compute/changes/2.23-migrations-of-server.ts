import { change, without } from '../change.ts'

export default change('2.23', 'Live migrations of a server can be watched', {
  responses: { migration: without('migration_type', 'links') },
  adds: ['server.migrations.list', 'server.migrations.show'],
})
