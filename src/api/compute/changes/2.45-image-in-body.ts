import { change } from '../change.ts'

export default change('2.45', 'A snapshot answers with the id of the image instead of its place', {
  adopts: ['snapshotsAnswerWithTheImage'],
})
