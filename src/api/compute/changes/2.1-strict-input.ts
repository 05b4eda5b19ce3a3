import { change } from '../change.ts'
import { loosened, trimmed } from '../schemas/loose.ts'

export default change(
  '2.1',
  'Input is judged strictly; below, unknown keys were overlooked and names trimmed',
  {
    everyRequest: loosened,
    everyLift: trimmed,
  },
)
