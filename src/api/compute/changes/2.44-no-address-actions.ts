import { change } from '../change.ts'

export default change('2.44', "Addresses are the network service's business", {
  removes: [
    'server.addFixedIp',
    'server.removeFixedIp',
    'server.addFloatingIp',
    'server.removeFloatingIp',
  ],
})
