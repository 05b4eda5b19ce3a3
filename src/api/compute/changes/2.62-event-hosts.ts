import { change, without } from '../change.ts'
import { everyEvent } from './documents.ts'

export default change('2.62', 'An event of an action tells where it happened', {
  responses: { instanceAction: everyEvent(without('host', 'hostId')) },
})
