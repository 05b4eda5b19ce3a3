import { change } from '../change.ts'

export default change(
  '2.18',
  'The id of the project may be left out of paths; it may at every version',
)
