import { change } from '../change.ts'

export default change(
  '2.38',
  'A list of servers of a status that there is not is refused instead of empty',
  {
    adopts: ['unknownStatusIsRefused'],
  },
)
