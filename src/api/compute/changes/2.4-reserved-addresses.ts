import { change } from '../change.ts'

export default change(
  '2.4',
  'Fixed addresses showed whether they were reserved; they are gone altogether',
)
