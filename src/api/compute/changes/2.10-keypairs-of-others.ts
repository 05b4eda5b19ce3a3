import { change, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.10', 'An operator can manage key pairs of other users', {
  requests: { 'keypairs.create': lacking('keypair.user_id') },
  queries: each(['keypairs.list', 'keypairs.show', 'keypairs.delete'], lacking('user_id')),
})
