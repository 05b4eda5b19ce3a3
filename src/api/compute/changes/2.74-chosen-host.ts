import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '2.74',
  'An operator can choose the host of a new server and still have it checked',
  {
    requests: { 'servers.create': lacking('server.host', 'server.hypervisor_hostname') },
  },
)
