import { change } from '../change.ts'

export default change('1.5', 'All inventories of a provider are dropped at once', {
  adds: ['inventories.dropAll'],
})
