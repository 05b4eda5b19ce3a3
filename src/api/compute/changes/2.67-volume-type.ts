import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.67', 'A new server can say of which type its new volumes shall be', {
  requests: { 'servers.create': lacking('server.block_device_mapping_v2[].volume_type') },
})
