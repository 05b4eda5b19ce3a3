import { change } from '../change.ts'

export default change(
  '2.43',
  'Hosts are no longer shown and managed beside hypervisors and services',
  {
    removes: [
      'hosts.list',
      'hosts.show',
      'hosts.update',
      'hosts.reboot',
      'hosts.shutdown',
      'hosts.startup',
    ],
  },
)
