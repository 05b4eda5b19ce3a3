import { change, without, each } from '../change.ts'
import { being } from '../schemas/json-schema.ts'
import { anyQuery } from '../schemas/queries.ts'

export default change('2.58', 'Actions of a server come in pages and show when they last moved', {
  responses: each(['instanceAction', 'instanceActionBrief'], without('updated_at')),
  queries: {
    'server.actions.list': being(anyQuery),
  },
  adopts: ['actionsComeInPages'],
})
