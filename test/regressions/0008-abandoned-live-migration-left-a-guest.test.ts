/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('a live migration that is abandoned for a delete leaves nothing on either of its hosts', async () =>
  await replay(import.meta.url))
