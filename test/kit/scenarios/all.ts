/** Every scenario there is. */
import type { Scenario } from '../scenario.ts'
import { carriedVolumeScenarios } from './carried-volumes.ts'
import { coldMoveScenarios } from './cold-moves.ts'
import { evacuationScenarios } from './evacuations.ts'
import { diskScenarios } from './disks.ts'
import { healScenarios } from './heals.ts'
import { inMemoryScenarios } from './in-memory.ts'
import { interfaceScenarios } from './interfaces.ts'
import { guestScenarios } from './guests.ts'
import { lifeScenarios } from './life.ts'
import { pluggingScenarios } from './plugging.ts'
import { powerScenarios } from './power.ts'
import { putAsideScenarios } from './put-aside.ts'
import { relocationScenarios } from './relocations.ts'
import { shelvingScenarios } from './shelving.ts'
import { volumeScenarios } from './volumes.ts'

export const scenarios: readonly Scenario[] = [
  ...lifeScenarios,
  ...guestScenarios,
  ...coldMoveScenarios,
  ...pluggingScenarios,
  ...powerScenarios,
  ...inMemoryScenarios,
  ...diskScenarios,
  ...interfaceScenarios,
  ...putAsideScenarios,
  ...volumeScenarios,
  ...carriedVolumeScenarios,
  ...relocationScenarios,
  ...evacuationScenarios,
  ...shelvingScenarios,
  ...healScenarios,
]
