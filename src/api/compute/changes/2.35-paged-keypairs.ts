import { change } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'

export default change('2.35', 'Key pairs come in pages, by name', {
  queries: { 'keypairs.list': lacking('limit', 'marker') },
  adopts: ['keypairsComeInPages'],
})
