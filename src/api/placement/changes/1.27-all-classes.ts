import { change } from '../change.ts'

export default change('1.27', 'Candidates show all classes of a provider, asked for or not', {
  adopts: ['candidatesShowAllClasses'],
})
