import { change } from '../change.ts'

export default change('1.37', 'Providers move to other parents, and become roots', {
  adopts: ['providersMayMove'],
})
