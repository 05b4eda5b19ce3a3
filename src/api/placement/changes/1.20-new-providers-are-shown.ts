import { change } from '../change.ts'

export default change('1.20', 'A provider that was made is shown', {
  adopts: ['newProvidersAreShown'],
})
