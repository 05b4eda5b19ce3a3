import { change, without, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '2.2',
  'Key pairs can be of different types, and their routes answer as others do',
  {
    responses: each(['keypair', 'keypairBrief', 'keypairCreated'], without('type')),
    requests: { 'keypairs.create': lacking('keypair.type') },
    statuses: { 'keypairs.create': 200, 'keypairs.delete': 202 },
  },
)
