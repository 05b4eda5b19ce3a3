import { change } from '../change.ts'

export default change(
  '2.69',
  'Lists show what can be told of servers whose cell is down; here no part is ever out of sight',
)
