/** A story on which the simulator failed, as short as it could be made. */
import { test } from 'node:test'
import { replay } from '../sim/replay.ts'

test('an evacuation that had to wait is refused when the host is back by then', async () =>
  await replay(import.meta.url))
