import { change } from '../change.ts'

export default change('1.26', 'Everything of an inventory can be reserved', {
  adopts: ['everythingMayBeReserved'],
})
