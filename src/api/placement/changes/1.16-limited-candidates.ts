import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.16', 'Candidates can be limited', {
  queries: { candidates: lacking('limit') },
})
