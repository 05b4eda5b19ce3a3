import { change } from '../change.ts'

export default change('2.22', 'A live migration can be forced to finish', {
  adds: ['server.migrations.forceComplete'],
})
