import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.3', 'Providers are listed by aggregate', {
  queries: { 'providers.list': lacking('member_of') },
})
