/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a rescued server whose host lost power contradicts nothing', async () =>
  await replay(import.meta.url))
