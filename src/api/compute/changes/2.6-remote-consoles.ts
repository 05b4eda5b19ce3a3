import { change } from '../change.ts'

export default change('2.6', 'Consoles of every kind are asked for in one way', {
  adds: ['server.remoteConsoles.create'],
  removes: [
    'server.getVncConsole',
    'server.getSpiceConsole',
    'server.getSerialConsole',
    'server.getRdpConsole',
  ],
})
