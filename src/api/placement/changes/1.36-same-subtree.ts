import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change(
  '1.36',
  'Groups can be asked to be near each other; one without resources says where',
  {
    queries: { candidates: lacking('same_subtree') },
    adopts: ['groupsMayHaveNoResources'],
  },
)
