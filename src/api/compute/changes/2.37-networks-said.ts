import { change } from '../change.ts'
import { taking, sparing, both } from '../schemas/json-schema.ts'
import { olderNetworks } from '../schemas/servers.ts'

export default change('2.37', 'A new server says which networks it wants, be it all or none', {
  requests: {
    'servers.create': both(taking('server.networks', olderNetworks), sparing('server.networks')),
  },
})
