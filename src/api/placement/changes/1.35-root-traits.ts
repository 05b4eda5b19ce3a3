import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.35', 'Candidates are asked for by traits of the root', {
  queries: { candidates: lacking('root_required') },
})
