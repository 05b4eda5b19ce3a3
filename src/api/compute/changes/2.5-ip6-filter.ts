import { change } from '../change.ts'

export default change('2.5', 'Every user may filter servers by their IPv6 address', {
  adopts: ['everyUserMayFilterByIp6'],
})
