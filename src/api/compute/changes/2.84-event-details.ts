import { change, without } from '../change.ts'
import { everyEvent } from './documents.ts'

export default change('2.84', 'An event of an action says why it failed', {
  responses: { instanceAction: everyEvent(without('details')) },
})
