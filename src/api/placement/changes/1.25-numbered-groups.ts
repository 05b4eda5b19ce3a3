import { change } from '../change.ts'
import { oneGroup } from '../schemas/queries.ts'

export default change('1.25', 'Candidates are asked for by several groups, told apart by numbers', {
  queries: { candidates: oneGroup },
})
