import { change } from '../change.ts'

export default change('2.95', 'An evacuated server stays stopped until its owner starts it', {
  adopts: ['evacuateLeavesStopped'],
})
