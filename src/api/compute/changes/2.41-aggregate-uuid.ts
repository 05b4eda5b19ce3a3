import { change, without, each } from '../change.ts'

export default change('2.41', 'A host aggregate has a UUID', {
  responses: each(['aggregate', 'aggregateCreated'], without('uuid')),
})
