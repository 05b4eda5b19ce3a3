import { change } from '../change.ts'
import { eventsNamed } from '../schemas/events.ts'

export default change('2.76', 'The bare metal service can tell that the power changed', {
  requests: {
    'events.create': eventsNamed(
      'network-changed',
      'network-vif-plugged',
      'network-vif-unplugged',
      'network-vif-deleted',
      'volume-extended',
    ),
  },
})
