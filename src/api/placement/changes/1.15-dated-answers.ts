import { change } from '../change.ts'

export default change('1.15', 'Answers say when what they show last changed', {
  adopts: ['answersAreDated'],
})
