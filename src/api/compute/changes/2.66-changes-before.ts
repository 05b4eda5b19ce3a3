import { change, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.66', 'Lists can be asked for what changed before a moment', {
  queries: each(
    ['servers.list', 'servers.detail', 'server.actions.list', 'migrations.list'],
    lacking('changes-before'),
  ),
})
