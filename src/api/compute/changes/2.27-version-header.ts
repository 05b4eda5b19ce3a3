import { change } from '../change.ts'

export default change(
  '2.27',
  'Versions are negotiated in a header that all services share; it is understood at every version',
)
