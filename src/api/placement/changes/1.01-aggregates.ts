import { change, withoutLinks } from '../change.ts'

export default change('1.1', 'Providers are in aggregates', {
  adds: ['providerAggregates.list', 'providerAggregates.replace'],
  responses: { provider: withoutLinks('aggregates') },
})
