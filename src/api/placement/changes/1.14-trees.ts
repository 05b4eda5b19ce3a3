import { change, without } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('1.14', 'Providers form trees', {
  requests: {
    'providers.create': lacking('parent_provider_uuid'),
    'providers.change': lacking('parent_provider_uuid'),
  },
  queries: { 'providers.list': lacking('in_tree') },
  responses: { provider: without('parent_provider_uuid', 'root_provider_uuid') },
})
