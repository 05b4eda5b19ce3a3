import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '2.29',
  'The host that is chosen for an evacuation is checked, unless that is forbidden',
  {
    requests: { 'server.evacuate': lacking('evacuate.force') },
    adopts: ['evacuationIsScheduled'],
  },
)
