import { change, without } from '../change.ts'
import type { StepBack } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'
import { everyServer } from './documents.ts'

/** Who sees where a server is, and nobody else, saw its hostname. */
const hostnameForOperators: StepBack<unknown> = (document, full) =>
  document['OS-EXT-SRV-ATTR:host'] !== undefined
    ? document
    : without('OS-EXT-SRV-ATTR:hostname')(document, full)

export default change('2.90', "A server's hostname can be chosen, and its owner sees it", {
  responses: everyServer(hostnameForOperators),
  requests: {
    'servers.create': lacking('server.hostname'),
    'servers.update': lacking('server.hostname'),
    'server.rebuild': lacking('rebuild.hostname'),
  },
  adopts: ['everyUserMayFilterByHostname'],
})
