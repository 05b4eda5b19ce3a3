import { change } from '../change.ts'
import { taking, demanding, both } from '../schemas/json-schema.ts'
import { flag } from '../schemas/parts.ts'

export default change(
  '2.14',
  'Whether storage is shared is found out, and an evacuation answers nothing',
  {
    requests: {
      'server.evacuate': both(
        taking('evacuate.onSharedStorage', flag),
        demanding('evacuate.onSharedStorage'),
      ),
    },
    adopts: ['evacuationAnswersNothing'],
  },
)
