import { change } from '../change.ts'

export default change('2.81', 'Images can be put on the hosts of an aggregate beforehand', {
  adds: ['aggregates.cacheImages'],
})
