import { change, without, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.55', 'A flavor has a description, which can be changed', {
  responses: each(['flavor', 'flavorBrief'], without('description')),
  requests: { 'flavors.create': lacking('flavor.description') },
  adds: ['flavors.update'],
})
