import { change } from '../change.ts'

export default change('1.2', 'Users make resource classes', {
  adds: [
    'resourceClasses.list',
    'resourceClasses.create',
    'resourceClasses.show',
    'resourceClasses.rename',
    'resourceClasses.delete',
  ],
})
