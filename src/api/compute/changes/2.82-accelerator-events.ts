import { change } from '../change.ts'
import { eventsNamed } from '../schemas/events.ts'

export default change('2.82', 'The accelerator service can tell that a request is bound', {
  requests: {
    'events.create': eventsNamed(
      'network-changed',
      'network-vif-plugged',
      'network-vif-unplugged',
      'network-vif-deleted',
      'volume-extended',
      'power-update',
    ),
  },
})
