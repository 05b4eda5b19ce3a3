import { change, without } from '../change.ts'
import type { Wire } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'
import { everyServer } from './documents.ts'

export default change('2.19', 'A server has a description of its own', {
  responses: everyServer(without('description')),
  requests: {
    'servers.create': lacking('server.description'),
    'servers.update': lacking('server.description'),
    'server.rebuild': lacking('rebuild.description'),
  },
  lifts: {
    // Before, a server was described by its name.
    'servers.create': ({ server, ...rest }) => {
      const wish = server as Wire // It has passed the schema.
      return { ...rest, server: { description: wish['name'], ...wish } }
    },
  },
})
