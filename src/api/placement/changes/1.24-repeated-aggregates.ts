import { change } from '../change.ts'

export default change('1.24', 'Being in several aggregates can be asked for', {
  adopts: ['membershipMayBeRepeated'],
})
