import { change, without } from '../change.ts'
import { everyServer } from './documents.ts'

export default change('2.100', 'A server shows the hints that it was placed by', {
  responses: everyServer(without('scheduler_hints')),
})
