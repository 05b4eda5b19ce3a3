import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.32', 'Networks and disks of a new server can be tagged', {
  requests: {
    'servers.create': lacking('server.networks[].tag', 'server.block_device_mapping_v2[].tag'),
  },
})
