import { change } from '../change.ts'

export default change('1.23', 'Errors have codes', {
  adopts: ['errorsHaveCodes'],
})
