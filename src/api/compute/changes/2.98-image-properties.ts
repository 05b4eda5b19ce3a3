import { change, without } from '../change.ts'
import { everyServer, ofImage } from './documents.ts'

export default change('2.98', 'A server shows the properties of its image', {
  responses: everyServer(ofImage(without('properties'))),
})
