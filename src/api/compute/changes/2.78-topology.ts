import { change } from '../change.ts'

export default change('2.78', 'A server shows how its memory and processors lie', {
  adds: ['server.topology'],
})
