import { change } from '../change.ts'
import { numberedGroups } from '../schemas/queries.ts'

export default change('1.33', 'Groups are told apart by words', {
  queries: { candidates: numberedGroups },
})
