import { change, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.40', 'Usage comes in pages', {
  queries: each(['usage.list', 'usage.show'], lacking('limit', 'marker')),
  adopts: ['usageComesInPages'],
})
