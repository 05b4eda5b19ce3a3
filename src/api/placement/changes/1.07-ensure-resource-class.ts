import { change } from '../change.ts'

export default change(
  '1.7',
  'PUT of a resource class makes sure that it exists, instead of renaming it',
  {
    adds: ['resourceClasses.ensure'],
    removes: ['resourceClasses.rename'],
  },
)
