import { change } from '../change.ts'

export default change('2.24', 'A live migration can be aborted', {
  adds: ['server.migrations.abort'],
})
