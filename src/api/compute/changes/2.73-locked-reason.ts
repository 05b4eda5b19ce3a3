import { change, without, each } from '../change.ts'
import { lacking, taking } from '../schemas/json-schema.ts'
import { anything } from '../schemas/parts.ts'
import { everyServer } from './documents.ts'

export default change('2.73', 'A reason can be given for locking a server', {
  responses: everyServer(without('locked_reason')),
  requests: { 'server.lock': taking('lock', anything) },
  queries: each(['servers.list', 'servers.detail'], lacking('locked')),
  adopts: ['locksHaveReasons'],
})
