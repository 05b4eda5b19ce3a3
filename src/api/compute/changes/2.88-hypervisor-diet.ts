import { change, without, having, steps } from '../change.ts'
import { amountsOf } from '../views/hypervisor-amounts.ts'

export default change(
  '2.88',
  'A hypervisor leaves what is used of it to Placement and shows its uptime',
  {
    responses: {
      hypervisor: steps(without('uptime'), having(amountsOf)),
    },
    removes: ['hypervisors.statistics', 'hypervisors.uptime'],
  },
)
