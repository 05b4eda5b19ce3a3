import { change } from '../change.ts'

export default change('2.60', 'Volumes that several servers share can be attached', {
  adopts: ['multiattachVolumes'],
})
