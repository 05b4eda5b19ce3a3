import { change } from '../change.ts'

export default change(
  '2.46',
  'The id of a request is told in a header that all services share; it is sent at every version',
)
