import { change } from '../change.ts'

export default change('2.34', 'A live migration is checked after it was accepted', {
  adopts: ['liveMigrationIsCheckedLater'],
})
