import { change } from '../change.ts'

export default change('2.65', 'A live migration that has not begun yet can be aborted', {
  adopts: ['waitingMigrationsCanBeAborted'],
})
