/** Before, a bare list of aggregates, that neither asked for the provider's generation nor counted in it. */
import { change, without } from '../change.ts'
import { being } from '../schemas/json-schema.ts'
import { listOfAggregates } from '../schemas/others.ts'

export default change('1.19', 'Changes of aggregates count in the generation', {
  requests: { 'providerAggregates.replace': being(listOfAggregates) },
  lifts: { 'providerAggregates.replace': (aggregates) => ({ aggregates }) },
  responses: { aggregates: without('resource_provider_generation') },
  adopts: ['aggregatesAreCounted'],
})
