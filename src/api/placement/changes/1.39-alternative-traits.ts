import { change } from '../change.ts'

export default change('1.39', 'One of several traits can be asked for, and traits several times', {
  adopts: ['traitsMayBeAlternatives'],
})
