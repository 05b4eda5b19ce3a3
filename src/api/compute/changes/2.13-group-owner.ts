import { change, without } from '../change.ts'

export default change('2.13', 'A server group shows whose it is', {
  responses: { serverGroup: without('project_id', 'user_id') },
})
