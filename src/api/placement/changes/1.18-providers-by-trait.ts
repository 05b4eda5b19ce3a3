import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.18', 'Providers are listed by trait', {
  queries: { 'providers.list': lacking('required') },
})
