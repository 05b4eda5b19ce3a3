import { change } from '../change.ts'

export default change('2.103', 'The old name for servers that boot from volumes is gone', {
  removes: [
    'volumesBoot.list',
    'volumesBoot.detail',
    'volumesBoot.create',
    'volumesBoot.show',
    'volumesBoot.update',
    'volumesBoot.delete',
    'volumesBoot.confirmResize',
    'volumesBoot.revertResize',
    'volumesBoot.reboot',
    'volumesBoot.resize',
    'volumesBoot.rebuild',
    'volumesBoot.createImage',
    'volumesBoot.start',
    'volumesBoot.stop',
    'volumesBoot.triggerCrashDump',
  ],
})
