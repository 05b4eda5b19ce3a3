import { change } from '../change.ts'

export default change('1.10', 'Allocation candidates', {
  adds: ['candidates'],
})
