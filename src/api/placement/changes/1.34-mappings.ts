import { change } from '../change.ts'
import { eachValue, lacking, uuidPattern, within } from '../schemas/json-schema.ts'

const unmapped = lacking('mappings')

export default change('1.34', 'Candidates say which providers meet which group', {
  requests: {
    'allocations.replace': unmapped,
    'allocations.replaceMany': eachValue(uuidPattern, unmapped),
    reshape: within('allocations', eachValue(uuidPattern, unmapped)),
  },
  adopts: ['candidatesShowMappings'],
})
