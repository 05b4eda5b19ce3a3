import { change, each, without } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.79', 'A volume can be attached so that it goes when the server goes', {
  responses: each(['volumeAttachment', 'volumeAttachmentMade'], without('delete_on_termination')),
  requests: { 'server.volumes.attach': lacking('volumeAttachment.delete_on_termination') },
})
