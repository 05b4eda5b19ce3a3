import { change } from '../change.ts'

export default change('2.87', 'A server that boots from a volume can be rescued', {
  adopts: ['volumeBackedRescue'],
})
