import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { object, orNull } from '../schemas/parts.ts'
import { name } from '../schemas/parts.ts'

const unshelveToZone = orNull(object({ availability_zone: name }))

export default change('2.91', 'A server can be unshelved to a host, or unpinned from its zone', {
  requests: {
    'server.unshelve': taking('unshelve', unshelveToZone),
  },
})
