import { change } from '../change.ts'
import { taking } from '../schemas/json-schema.ts'
import { anything } from '../schemas/parts.ts'

export default change('2.77', 'A server can be unshelved into an availability zone', {
  requests: { 'server.unshelve': taking('unshelve', anything) },
  adopts: ['unshelvedWhereAsked'],
})
