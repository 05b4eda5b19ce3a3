import { change } from '../change.ts'

export default change('2.83', 'Every user may filter servers by more than before', {
  adopts: ['everyUserMayFilterMore'],
})
