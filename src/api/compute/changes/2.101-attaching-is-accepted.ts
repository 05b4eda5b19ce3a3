import { change } from '../change.ts'

export default change('2.101', 'Attaching a volume is accepted and done afterwards', {
  statuses: { 'server.volumes.attach': 200 },
  adopts: ['attachingIsAccepted'],
})
