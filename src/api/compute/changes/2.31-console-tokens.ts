import { change } from '../change.ts'

export default change('2.31', 'Tokens of every kind of console can be looked up', {
  adopts: ['consoleTokensOfEveryKind'],
})
