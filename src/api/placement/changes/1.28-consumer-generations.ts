import { change, without } from '../change.ts'
import type { Wire } from '../change.ts'
import { neverEmpty } from '../schemas/allocations.ts'
import { eachValue, lacking, uuidPattern } from '../schemas/json-schema.ts'

const uncounted = lacking('consumer_generation')

export default change('1.28', 'Consumers have generations, and can be emptied', {
  requests: {
    'allocations.replace': (schema) => neverEmpty(uncounted(schema)),
    'allocations.replaceMany': eachValue(uuidPattern, uncounted),
  },
  responses: {
    allocationsOfConsumer: without('consumer_generation'),
    allocationsOfProvider: (document) => {
      // Made by the handler: what each consumer holds.
      const held = Object.values(document['allocations'] as Record<string, Wire>)
      for (const each of held) delete each['consumer_generation']
      return document
    },
  },
  adopts: ['consumersHaveGenerations'],
})
