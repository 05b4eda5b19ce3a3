/** Every scenario there is. */
import type { Scenario } from '../scenario.ts'
import { coldMoveScenarios } from './cold-moves.ts'
import { lifeScenarios } from './life.ts'
import { powerScenarios } from './power.ts'

export const scenarios: readonly Scenario[] = [
  ...lifeScenarios,
  ...coldMoveScenarios,
  ...powerScenarios,
]
