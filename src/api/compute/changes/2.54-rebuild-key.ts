import { change, without } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.54', 'A rebuild can change the key pair', {
  responses: { serverRebuilt: without('key_name') },
  requests: { 'server.rebuild': lacking('rebuild.key_name') },
})
