import { change } from '../change.ts'

export default change('1.32', 'Aggregates can be forbidden', {
  adopts: ['membershipMayBeForbidden'],
})
