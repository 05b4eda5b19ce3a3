import { change, without, each } from '../change.ts'
import { lacking } from '../schemas/json-schema.ts'
import { everyServer } from './documents.ts'

export default change('2.26', 'Servers can be tagged, and found by their tags', {
  responses: everyServer(without('tags')),
  queries: each(
    ['servers.list', 'servers.detail'],
    lacking('tags', 'tags-any', 'not-tags', 'not-tags-any'),
  ),
  adds: [
    'server.tags.list',
    'server.tags.replace',
    'server.tags.clear',
    'server.tags.has',
    'server.tags.add',
    'server.tags.remove',
  ],
})
