import { change, without } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'
import { everyServer } from './documents.ts'

export default change(
  '2.63',
  'A server can name the certificates that its image must be signed with',
  {
    responses: everyServer(without('trusted_image_certificates')),
    requests: {
      'servers.create': lacking('server.trusted_image_certificates'),
      'server.rebuild': lacking('rebuild.trusted_image_certificates'),
    },
  },
)
