import { change, withoutLinks } from '../change.ts'

export default change('1.11', 'A provider links to its allocations', {
  responses: { provider: withoutLinks('allocations') },
})
