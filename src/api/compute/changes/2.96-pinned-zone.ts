import { change, without } from '../change.ts'
import { everyServer } from './documents.ts'

export default change('2.96', 'A server shows which availability zone it is pinned to', {
  responses: everyServer(without('pinned_availability_zone')),
})
