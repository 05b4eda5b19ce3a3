import { change } from '../change.ts'
import { eventsNamed } from '../schemas/events.ts'

export default change(
  '2.93',
  'A server that boots from a volume can be rebuilt with another image',
  {
    requests: {
      'events.create': eventsNamed(
        'network-changed',
        'network-vif-plugged',
        'network-vif-unplugged',
        'network-vif-deleted',
        'volume-extended',
        'power-update',
        'accelerator-request-bound',
      ),
    },
    adopts: ['volumeBackedRebuild'],
  },
)
