import { change } from '../change.ts'

export default change('2.12', 'Virtual interfaces showed their network; they are gone altogether')
