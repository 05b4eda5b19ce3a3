import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.4', 'Providers are listed by what they have room for', {
  queries: { 'providers.list': lacking('resources') },
})
