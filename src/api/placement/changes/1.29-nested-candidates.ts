import { change } from '../change.ts'

export default change(
  '1.29',
  'Candidates take from several providers of a tree, and show whole trees',
  {
    adopts: ['candidatesMayBeNested', 'candidatesShowTrees'],
  },
)
