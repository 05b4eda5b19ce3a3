/**
 * Every mistake that the safety net must catch.
 *
 * A place whose text is not found any more is an error: the list follows the sources.
 */
import { coldMoveMistakes } from './cold-moves.ts'
import { engineMistakes } from './engine.ts'
import { lifeMistakes } from './lives.ts'
import type { Mistake } from './mistake.ts'
import { otherMoveMistakes } from './other-moves.ts'

export const mistakes: readonly Mistake[] = [
  ...engineMistakes,
  ...lifeMistakes,
  ...coldMoveMistakes,
  ...otherMoveMistakes,
]
