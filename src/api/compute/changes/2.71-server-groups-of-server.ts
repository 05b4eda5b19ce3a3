import { change, without } from '../change.ts'
import { shownServer } from './documents.ts'

export default change('2.71', 'A server shows which group it belongs to', {
  responses: shownServer(without('server_groups')),
})
