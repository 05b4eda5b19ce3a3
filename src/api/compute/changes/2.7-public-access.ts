import { change } from '../change.ts'

export default change('2.7', 'Nobody can be given access to a flavor that everybody has', {
  adopts: ['publicFlavorsTakeNoAccess'],
})
