import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { shortHostname } from '../schemas/servers.ts'

export default change('2.94', 'A hostname may be fully qualified', {
  requests: {
    'servers.create': taking('server.hostname', shortHostname),
    'servers.update': taking('server.hostname', shortHostname),
    'server.rebuild': taking('rebuild.hostname', shortHostname),
  },
})
