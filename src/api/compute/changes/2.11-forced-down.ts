import { change, without } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.11', 'A service can be declared down', {
  responses: { service: without('forced_down') },
  requests: { 'services.update': lacking('forced_down') },
  adopts: ['servicesCanBeForcedDown'],
})
