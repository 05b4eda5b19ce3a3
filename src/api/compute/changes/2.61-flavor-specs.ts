import { change, without } from '../change.ts'

export default change('2.61', 'A flavor shows its extra specs', {
  responses: { flavor: without('extra_specs') },
})
