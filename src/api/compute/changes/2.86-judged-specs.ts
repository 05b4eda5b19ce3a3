import { change } from '../change.ts'

export default change('2.86', 'Extra specs that are known are judged', {
  adopts: ['extraSpecsAreJudged'],
})
