import { change } from '../change.ts'
import { consoleOf } from '../schemas/consoles.ts'

export default change('2.8', 'A console can be reached over MKS', {
  requests: {
    'server.remoteConsoles.create': consoleOf(
      ['vnc', 'spice', 'serial', 'rdp'],
      ['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5'],
    ),
  },
})
