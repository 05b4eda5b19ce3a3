import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.21', 'Candidates are asked for by aggregate', {
  queries: { candidates: lacking('member_of') },
})
