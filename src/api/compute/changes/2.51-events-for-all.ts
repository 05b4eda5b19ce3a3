import { change, without } from '../change.ts'
import { eventsNamed } from '../schemas/events.ts'

export default change(
  '2.51',
  'Every user sees the events of an action, and the volume service can tell that a volume grew',
  {
    responses: {
      instanceAction: (document, full) =>
        full.isOperator ? document : without('events')(document, full),
    },
    requests: {
      'events.create': eventsNamed(
        'network-changed',
        'network-vif-plugged',
        'network-vif-unplugged',
        'network-vif-deleted',
      ),
    },
  },
)
