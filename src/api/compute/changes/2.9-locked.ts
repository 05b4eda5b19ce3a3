import { change, without } from '../change.ts'
import { everyServer } from './documents.ts'

export default change('2.9', 'A server shows whether it is locked', {
  responses: everyServer(without('locked')),
})
