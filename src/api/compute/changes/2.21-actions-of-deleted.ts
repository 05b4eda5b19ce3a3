import { change } from '../change.ts'

export default change('2.21', 'Actions of deleted servers are shown', {
  adopts: ['deletedServersShowActions'],
})
