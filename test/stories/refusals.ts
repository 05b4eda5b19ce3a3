/** Every documented error that nothing has to happen for. */
import type { Refusal, Scenery } from './refusal.ts'
import { refusalsOfDoors } from './refusals-of-doors.ts'
import { refusalsOfNouns } from './refusals-of-nouns.ts'
import { refusalsOfServers } from './refusals-of-servers.ts'

export function refusals(of: Scenery): readonly Refusal[] {
  return [...refusalsOfServers(of), ...refusalsOfNouns(of), ...refusalsOfDoors(of)]
}
