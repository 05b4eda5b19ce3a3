import { change } from '../change.ts'

export default change('2.20', 'Volumes can be attached to shelved servers', {
  adopts: ['shelvedServersTakeVolumes'],
})
