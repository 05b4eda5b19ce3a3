import { change, without } from '../change.ts'
import { everyServer } from './documents.ts'

export default change('2.16', 'A server shows whether its host can be relied upon', {
  responses: everyServer(without('host_status')),
})
