import { change } from '../change.ts'

export default change('1.30', 'Inventories and allocations move together', {
  adds: ['reshape'],
})
