import { change, without } from '../change.ts'
import { consoleOf } from '../schemas/consoles.ts'
import { tolerant } from '../schemas/json-schema.ts'

export default change('2.99', 'A console can be reached directly over SPICE', {
  requests: {
    'server.remoteConsoles.create': consoleOf(
      ['vnc', 'spice', 'serial', 'rdp', 'mks'],
      ['novnc', 'xvpvnc', 'spice-html5', 'serial', 'rdp-html5', 'webmks'],
    ),
  },
  queries: { 'consoleTokens.show': tolerant },
  responses: { consoleToken: without('tls_port') },
})
