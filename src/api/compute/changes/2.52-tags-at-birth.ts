import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.52', 'A server can be created with tags', {
  requests: { 'servers.create': lacking('server.tags') },
})
