import { change } from '../change.ts'

export default change('1.22', 'Traits can be forbidden', {
  adopts: ['traitsMayBeForbidden'],
})
