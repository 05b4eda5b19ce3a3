import { change } from '../change.ts'

export default change('2.97', 'Shares can be attached to a server', {
  adds: [
    'server.shares.list',
    'server.shares.attach',
    'server.shares.show',
    'server.shares.detach',
  ],
})
