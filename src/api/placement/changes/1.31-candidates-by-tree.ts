import { change } from '../change.ts'
import { lackingPatterns } from '../schemas/json-schema.ts'
import { groupPattern, suffixes } from '../schemas/queries.ts'

export default change('1.31', 'Candidates are asked for by tree', {
  queries: { candidates: lackingPatterns(groupPattern('in_tree', suffixes.numbers)) },
})
