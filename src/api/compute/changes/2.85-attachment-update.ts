import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.85', 'A volume attachment can be changed without exchanging its volume', {
  requests: {
    'server.volumes.update': lacking(
      'volumeAttachment.delete_on_termination',
      'volumeAttachment.device',
      'volumeAttachment.id',
      'volumeAttachment.serverId',
      'volumeAttachment.tag',
    ),
  },
  adopts: ['attachmentsAreUpdatedInPlace'],
})
