import { change } from '../change.ts'

export default change('2.72', 'A server can be created with ports that ask for resources', {
  adopts: ['portsMayAskForResources'],
})
