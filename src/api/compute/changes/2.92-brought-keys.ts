import { change } from '../change.ts'
import { taking, sparing, both } from '../schemas/json-schema.ts'
import { olderKeypairName } from '../schemas/keypairs.ts'

export default change(
  '2.92',
  'Keys are brought along and no longer made here; their names may hold @ and dots',
  {
    requests: {
      'keypairs.create': both(
        taking('keypair.name', olderKeypairName),
        sparing('keypair.public_key'),
      ),
    },
  },
)
