import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.8', 'Allocations say whose they are', {
  requests: { 'allocations.replace': lacking('project_id', 'user_id') },
})
