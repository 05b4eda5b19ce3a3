import { change } from '../change.ts'

export default change('1.13', 'Allocations of many consumers are replaced at once', {
  adds: ['allocations.replaceMany'],
})
