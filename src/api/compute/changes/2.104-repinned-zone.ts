import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '2.104',
  'A server can be unpinned from its availability zone, or pinned to it again',
  {
    requests: { 'servers.update': lacking('server.pinned_availability_zone') },
  },
)
