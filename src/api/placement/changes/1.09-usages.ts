import { change } from '../change.ts'

export default change('1.9', 'Usages of a project are summed', {
  adds: ['usages.ofProject'],
})
