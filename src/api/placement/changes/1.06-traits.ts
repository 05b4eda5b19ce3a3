import { change, withoutLinks } from '../change.ts'

export default change('1.6', 'Providers have traits', {
  adds: [
    'traits.list',
    'traits.show',
    'traits.ensure',
    'traits.delete',
    'providerTraits.list',
    'providerTraits.replace',
    'providerTraits.clear',
  ],
  responses: { provider: withoutLinks('traits') },
})
