import { change } from '../change.ts'

export default change('2.17', 'A crash dump can be triggered in a server', {
  adds: ['server.triggerCrashDump', 'volumesBoot.triggerCrashDump'],
})
