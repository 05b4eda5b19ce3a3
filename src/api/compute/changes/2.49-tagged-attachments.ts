import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.49', 'Interfaces and volumes can be attached with a tag', {
  requests: {
    'server.interfaces.attach': lacking('interfaceAttachment.tag'),
    'server.volumes.attach': lacking('volumeAttachment.tag'),
  },
})
