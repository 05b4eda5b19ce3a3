import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.17', 'Candidates are asked for by trait, and show traits', {
  queries: { candidates: lacking('required') },
  adopts: ['candidatesShowTraits'],
})
